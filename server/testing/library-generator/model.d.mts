export type ModelArtist = { id: number; name: string; sort: string; mbid: string; genre: string };
export type ModelTrack = {
  disc: number;
  no: number;
  title: string;
  artists: ModelArtist[];
  artistName: string;
  composer: string | null;
  bpm: number | null;
  mbid: string | null;
  isrc: string | null;
  gain: number;
  peak: number;
  lyrics: boolean;
  clip: number;
  seconds: number;
};
export type ModelAlbum = {
  id: number;
  title: string;
  artist: ModelArtist | null;
  artistName: string;
  year: number;
  date: string;
  genres: string[];
  compilation: boolean;
  discs: number;
  single: boolean;
  mbid: string | null;
  groupMbid: string;
  label: string;
  catalog: string;
  gain: number;
  peak: number;
  fmt: 'mp3' | 'flac' | 'm4a' | 'opus' | 'ogg';
  art: number;
  tracks: ModelTrack[];
};
export function albums(options: { tracks: number; seed?: number }): Generator<ModelAlbum>;
export class Rng {
  constructor(a: number, b?: number);
  u32(): number;
  f(): number;
  int(lo: number, hi: number): number;
  p(share: number): boolean;
  pick<T>(from: readonly T[]): T;
}
