/**
 * What reading one file yields. Everything here can be cloned between threads: no functions, no classes.
 *
 * A reading tells what the file says of itself, cleaned (no NULs, control characters or lone surrogates; lengths
 * capped) and in the units of its names. It decides nothing about the library: which artist or album row a name
 * becomes is the matter of the scan.
 */

export const ROLES = [
  'artist',
  'albumArtist',
  'composer',
  'conductor',
  'lyricist',
  'writer',
  'arranger',
  'remixer',
  'producer',
  'engineer',
  'mixer',
  'djMixer',
  'performer',
] as const;
export type Role = (typeof ROLES)[number];

/** One name in one role, in the order of the tags. */
export type Credit = {
  role: Role;
  name: string;
  sort?: string;
  /** MusicBrainz artist id, lower case. Only artist and albumArtist carry one. */
  mbid?: string;
  /** A performer's instrument or voice, as tagged. */
  asText?: string;
};

export type ReplayGain = {
  trackDb?: number;
  albumDb?: number;
  /** Linear, 1 = full scale. */
  trackPeak?: number;
  albumPeak?: number;
  /** From R128_*_GAIN (-23 LUFS), already moved to ReplayGain's reference (-18 LUFS). */
  fromR128: boolean;
};

export type SyncedLine = { atMs: number; text: string; words?: { atMs: number; text: string }[] };
export type Lyrics =
  { kind: 'synced'; lang?: string; lines: SyncedLine[] } | { kind: 'plain'; lang?: string; text: string };

export type PictureKind = 'front' | 'back' | 'disc' | 'artist' | 'booklet' | 'other';
export type Picture = {
  /** Hex digest of the bytes as they lay in the file. */
  sha256: string;
  kind: PictureKind;
  /** By content, never by what the tag claims. */
  mime: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif' | 'image/bmp' | 'image/tiff';
  sizeBytes: number;
  /** Absent when this worker has handed over the same bytes before: look the hash up among those already stored. */
  bytes?: Uint8Array;
};

export type Chapter = { title: string; startMs: number; endMs?: number };

/** A track of a CUE sheet: [startFrame, endFrame) in CD frames of 1/75 s; samples = frames * rate / 75, floored. */
export type CueTrack = {
  no: number;
  title?: string;
  performer?: string;
  songwriter?: string;
  isrc?: string;
  startFrame: number;
  /** Absent for the last track of its file: it runs to the end. */
  endFrame?: number;
  preGapFrames?: number;
};
export type CueFile = { name: string; tracks: CueTrack[] };
export type CueSheet = {
  title?: string;
  performer?: string;
  songwriter?: string;
  catalog?: string;
  date?: string;
  genre?: string;
  discNo?: number;
  discTotal?: number;
  replayGain?: ReplayGain;
  files: CueFile[];
};

export type MusicBrainzIds = { recording?: string; track?: string; release?: string; releaseGroup?: string };

export type AudioFacts = {
  /** As people say it: FLAC, MP3, Ogg, MP4, Matroska, WAV, AIFF, ASF, WavPack, APE, DSF ... */
  container: string;
  /** Lower-case token: flac mp3 aac alac opus vorbis pcm wma wavpack ape musepack dsd speex ... */
  codec: string;
  lossless: boolean;
  sampleRateHz?: number;
  bitDepth?: number;
  channels?: number;
  bitrateKbps?: number;
  /** What the headers say; the exact length comes from the decode pass. */
  durationMs?: number;
};

export type AudioReading = AudioFacts & {
  kind: 'read';
  /** Equal for the same audio whatever its tags; not unique. Hex, or absent where no payload is found. */
  audioKey?: string;
  title?: string;
  titleSort?: string;
  /** The artists as the tags show them in one line, unsplit. */
  artistText?: string;
  albumArtistText?: string;
  credits: Credit[];
  album?: string;
  albumSort?: string;
  artistSort?: string;
  albumArtistSort?: string;
  trackNo?: number;
  trackTotal?: number;
  discNo?: number;
  discTotal?: number;
  discTitle?: string;
  /** YYYY, YYYY-MM or YYYY-MM-DD. */
  date?: string;
  originalDate?: string;
  /** Lower case: album, ep, single, live, compilation, soundtrack ... in the order of the tags. */
  releaseTypes: string[];
  compilation: boolean;
  genres: string[];
  label?: string;
  catalog?: string;
  isrc?: string;
  bpm?: number;
  explicit?: boolean;
  musicBrainz: MusicBrainzIds;
  replayGain?: ReplayGain;
  lyrics: Lyrics[];
  pictures: Picture[];
  cueSheet?: CueSheet;
  chapters: Chapter[];
  comment?: string;
  /** Things that are odd but leave the file playable: shown on the scan page, one line each. */
  issues: ReadingIssue[];
};

export type ReadingIssue = {
  code: 'reading/cue-broken' | 'reading/picture-broken' | 'reading/too-large' | 'reading/tags-broken';
  detail: string;
};

export type UnreadableCode =
  /** Zero bytes. */
  | 'reading/empty'
  /** The content is no audio format we know (text, picture, anything). */
  | 'reading/not-audio'
  /** A known container without sound: tags only, video only. */
  | 'reading/no-audio'
  /** A known format, too broken to read. */
  | 'reading/damaged'
  /** Took longer than a file may, or exhausted its memory. */
  | 'reading/too-slow'
  /** Gone between the walk and the reading. */
  | 'reading/vanished'
  | 'reading/denied'
  /** The disk failed us (EIO and kin): says nothing about the file. */
  | 'reading/disk';

export type Unreadable = { kind: 'unreadable'; code: UnreadableCode; detail: string };

/** What a batch asks for: the absolute path as bytes (names need not be UTF-8) and what the walk took the file for. */
export type FileToRead = { path: Uint8Array; sizeBytes: number; as: 'audio' | 'lyrics' | 'cue' | 'picture' };

export type LyricsReading = { kind: 'lyrics'; lyrics: Lyrics };
export type CueReading = { kind: 'cue'; sheet: CueSheet };
export type PictureReading = { kind: 'picture'; picture: Picture };

export type FileReading = AudioReading | LyricsReading | CueReading | PictureReading | Unreadable;

export type ReadOptions = {
  /** Artist names that contain a separator and are one name all the same: the household's own and those known whole. */
  wholeNames?: readonly string[];
  /** Told of readings as they come, and waited for: whoever takes their pictures away keeps few of them in memory at once. */
  onRead?: (readings: readonly FileReading[]) => Promise<void>;
};

export type Reader = {
  /**
   * Answers one reading per file, in order, and never rejects for a file's sake: a file that hangs or exhausts its
   * worker comes back `unreadable`, the rest of its batch is read without it. Batches of about 64; at most two in
   * flight per worker pay off.
   */
  readBatch(files: readonly FileToRead[], options?: ReadOptions): Promise<FileReading[]>;
  close(): Promise<void>;
};
