/** What the scan tells of one track, in the library's words. Absent: the file does not say. */
export type CreditFacts = {
  role: string;
  name: string;
  sort?: string | undefined;
  mbid?: string | undefined;
  asText?: string | undefined;
};

export type AlbumFacts = {
  /** What makes two tracks one album. */
  akey: string;
  title: string;
  artists: CreditFacts[];
  artistText: string;
  /** The artist comes from the folder's other tracks, which tell more of the album: what is known of it stays. */
  isLent: boolean;
  compilation: boolean;
  type: string;
  label?: string | undefined;
  catalog?: string | undefined;
  mbid?: string | undefined;
  groupMbid?: string | undefined;
  titleSort?: string | undefined;
};

export type LyricsFacts = { kind: 'synced' | 'plain'; lang: string; source: 'embedded' | 'sidecar'; text: string };

export type TrackFacts = {
  title: string;
  titleSort?: string | undefined;
  artistText: string;
  credits: CreditFacts[];
  disc: number;
  discTitle?: string | undefined;
  no?: number | undefined;
  genres: string[];
  date?: string | undefined;
  originalDate?: string | undefined;
  tagKey: string;
  /** Whose album its tags say it is; where they leave it open, what its folder lent it. */
  albumBy?: string | undefined;
  /** Do its tags leave that open? */
  isGuess: boolean;
  container: string;
  codec: string;
  lossless: boolean;
  rate: number;
  bits?: number | undefined;
  channels: number;
  bitrate?: number | undefined;
  durationMs: number;
  cue?: { no: number; start: number; end?: number | undefined } | undefined;
  gainTrack?: number | undefined;
  gainAlbum?: number | undefined;
  peakTrack?: number | undefined;
  peakAlbum?: number | undefined;
  explicit?: boolean | undefined;
  bpm?: number | undefined;
  isrc?: string | undefined;
  mbid?: string | undefined;
  trackMbid?: string | undefined;
  comment?: string | undefined;
  lyrics: LyricsFacts[];
  chapters: { startMs: number; title: string }[];
  /** Its own picture, where the album shows another. */
  coverId?: number | undefined;
};

export type FileFacts = {
  folderId: number;
  name: Buffer;
  kind: 'audio' | 'lyrics' | 'image' | 'cue';
  sizeBytes: number;
  mtimeNs: bigint;
  ino: bigint;
  audioKey?: string | undefined;
};

/** Bits of `file.need`: work still to do for a file, kept so that a kill loses nothing. */
export const NEED = { tags: 1, length: 4 } as const;
