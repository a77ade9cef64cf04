/** The shapes of the API, as the rows' texts are made (see sources.ts). Values that are not known are null. */
export type Credit = { id: string; name: string };
export type CoverRef = { id: string; tint: string | null };

/** Decibels to ReplayGain 2's level (-18 LUFS), and linear peaks. Each gain says where it comes from. */
export type ReplayGain = {
  trackDb: number | null;
  albumDb: number | null;
  trackPeak: number | null;
  albumPeak: number | null;
  trackFrom: GainSource | null;
  albumFrom: GainSource | null;
};
export type GainSource = 'tags' | 'measured';

export type Track = {
  id: string;
  title: string;
  artists: (Credit & { role: string })[];
  album: { id: string; title: string };
  discNumber: number;
  trackNumber: number | null;
  durationMs: number;
  durationExact: boolean;
  year: number | null;
  genres: string[];
  codec: string;
  container: string;
  bitrateKbps: number | null;
  sampleRateHz: number;
  bitDepth: number | null;
  channels: number;
  sizeBytes: number | null;
  cover: CoverRef | null;
  addedAt: string;
  missing: boolean;
  explicit: boolean | null;
  lyrics: 'synced' | 'plain' | null;
  replayGain: ReplayGain | null;
  musicbrainz: { recordingId: string | null; trackId: string | null; releaseId: string | null } | null;
  path?: string;
  liked: boolean;
  rating: number | null;
  playCount: number;
  lastPlayedAt: string | null;
};

export type Album = {
  id: string;
  title: string;
  artists: Credit[];
  year: number | null;
  releaseDate: string | null;
  originalDate: string | null;
  type: string;
  compilation: boolean;
  trackCount: number;
  missingCount: number;
  discCount: number;
  durationMs: number;
  cover: CoverRef | null;
  genres: string[];
  addedAt: string;
  liked: boolean;
  rating: number | null;
  playCount: number;
};

export type Artist = {
  id: string;
  name: string;
  sortName: string;
  albumCount: number;
  trackCount: number;
  cover: CoverRef | null;
  liked: boolean;
};

export type Genre = { id: string; name: string; trackCount: number; albumCount: number };
export type Folder = {
  id: string;
  name: string;
  parentId: string | null;
  trackCount: number;
  connected: boolean;
  path?: string;
};

export type Disc = { number: number; title: string | null; cover: CoverRef | null; tracks: Track[] };
export type AlbumPage = Album & {
  label: string | null;
  catalogNumber: string | null;
  musicbrainz: { releaseId: string | null; releaseGroupId: string | null } | null;
  discs: Disc[];
};
export type ArtistPage = Artist & {
  musicbrainz: { artistId: string } | null;
  albums: Album[];
  appearsOn: Album[];
  similar: Artist[];
  topTracks: Track[];
  links: Record<'albums' | 'tracks', string>;
};
export type FolderPage = Folder & {
  parents: { id: string; name: string }[];
  folders: Folder[];
  foldersNext: string | null;
  tracks: Track[];
  tracksNext: string | null;
};
export type Lyrics = {
  kind: 'synced' | 'plain';
  language: string | null;
  source: 'embedded' | 'sidecar';
  lines: { atMs: number | null; text: string }[];
};

export type Page<Item> = { items: Item[]; next: string | null; total: number | null };
export type ItemOf = { tracks: Track; albums: Album; artists: Artist; genres: Genre; folders: Folder };
