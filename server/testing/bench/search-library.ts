import type { Kind, Thing } from '../../search/question.ts';
import { albums, type ModelAlbum } from '../library-generator/model.mjs';
import type { Judged } from '../search/judged.ts';

/** The generator's names as things that can be found, in the order of a first scan. */
export const LIBRARY_SEED = 1;
export const KINDS = ['artists', 'albums', 'tracks'] as const;

type Names = Map<string, { title: string; artist: string }>;
export type Portion = { kind: Kind; things: Thing[] };

const scopes = [1];
const thingsOf = (album: ModelAlbum, at: { album: number; track: number }): Portion[] => [
  { kind: 'artists', things: album.artist ? [{ id: album.artist.id + 1, scopes, title: album.artist.name }] : [] },
  { kind: 'albums', things: [{ id: at.album, scopes, title: album.title, artist: album.artistName }] },
  {
    kind: 'tracks',
    things: album.tracks.map(({ title, artistName }, i) => ({
      id: at.track + i,
      scopes,
      title,
      artist: artistName,
      album: album.title,
    })),
  },
];

const CHUNK = 500;

export const readLibrary = (tracks: number) => {
  const names: Names = new Map();
  const byKind = new Map<Kind, Thing[]>(KINDS.map((kind) => [kind, []]));
  const take = (kind: Kind, thing: Thing): void => {
    const key = `${kind}${thing.id}`;
    if (names.has(key)) return;
    names.set(key, { title: thing.title, artist: thing.artist ?? '' });
    byKind.get(kind)!.push(thing);
  };
  const at = { album: 1, track: 1 };
  for (const album of albums({ tracks, seed: LIBRARY_SEED })) {
    for (const { kind, things } of thingsOf(album, at)) for (const thing of things) take(kind, thing);
    at.album++;
    at.track += album.tracks.length;
  }
  return {
    names,
    /** Kind by kind, in portions. */
    portions: function* (): Generator<Portion> {
      for (const [kind, things] of byKind)
        for (let i = 0; i < things.length; i += CHUNK) yield { kind, things: things.slice(i, i + CHUNK) };
    },
  };
};
export type BenchLibrary = ReturnType<typeof readLibrary>;

/** Answers the ids of a kind, best first. */
export type Answerer = (query: string, kind: Kind) => Promise<readonly (number | string)[]>;

const quantile = (sorted: readonly number[], q: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN).toFixed(1);
export const spread = (times: readonly number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  return `p50 ${quantile(sorted, 0.5)}, p95 ${quantile(sorted, 0.95)}, p99 ${quantile(sorted, 0.99)}, max ${quantile(sorted, 1)} ms`;
};
export const quantileOf = (times: readonly number[], q: number): number =>
  Number(
    quantile(
      times.toSorted((a, b) => a - b),
      q,
    ),
  );

type Row = { asked: number; first: number; three: number };
const share = (part: number, whole: number): string => (part / whole).toFixed(3);

/** Success by class, the weakest first, and over all. */
export const judge = async (
  { names }: BenchLibrary,
  questions: readonly Judged[],
  answer: Answerer,
): Promise<{ lines: string[]; all: string }> => {
  const classes = new Map<string, Row>();
  const times: number[] = [];
  for (const { kind, query, className, accepts } of questions) {
    const began = performance.now();
    const ids = await answer(query, kind);
    times.push(performance.now() - began);
    const place = ids.findIndex((id) => {
      const it = names.get(`${kind}${id}`);
      return it !== undefined && accepts(it.title, it.artist);
    });
    const row = classes.get(className) ?? { asked: 0, first: 0, three: 0 };
    row.asked++;
    if (place === 0) row.first++;
    if (place >= 0 && place < 3) row.three++;
    classes.set(className, row);
  }
  const sorted = [...classes].toSorted(([, a], [, b]) => a.three / a.asked - b.three / b.asked);
  const line = (name: string, { asked, first, three }: Row): string =>
    `${name.padEnd(28)} ${String(asked).padStart(3)}  @1 ${share(first, asked)}  @3 ${share(three, asked)}`;
  const total = { asked: 0, first: 0, three: 0 };
  for (const [, row] of sorted) {
    total.asked += row.asked;
    total.first += row.first;
    total.three += row.three;
  }
  return { lines: sorted.map(([name, row]) => line(name, row)), all: `${line('all', total)}  ${spread(times)}` };
};
