import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServedIndex } from '../../search/fts/served-index.ts';
import type { Kind } from '../../search/fts/store.ts';
import type { Found, Thing } from '../../search/engine.ts';
import { albums, type ModelAlbum } from '../library-generator/model.mjs';
import { judgedQuestions, type Judged } from '../search/judged.ts';

/*
 * How well and how fast names are found: `npm run bench -- search [tracks] [seed]`. Judged questions by class, then every
 * keystroke of 500 questions. The index is made from the generator's names; seeds 1 to 9 were used for tuning.
 */
const LIBRARY_SEED = 1;
const KINDS = ['artists', 'albums', 'tracks'] as const;
const tracks = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 11);

const folder = mkdtempSync(join(tmpdir(), 'evensong-search-'));
const path = join(folder, 'search.db');
const names = new Map<string, { title: string; artist: string }>();

const scopes = [1];
const thingsOf = (album: ModelAlbum, at: { album: number; track: number }): [Kind, Thing[]][] => {
  const artist: Thing[] = album.artist ? [{ id: album.artist.id + 1, scopes, title: album.artist.name }] : [];
  return [
    ['albums', [{ id: at.album, scopes, title: album.title, artist: album.artistName }]],
    ['artists', artist.filter(({ id }) => !names.has(`artists${id}`))],
    [
      'tracks',
      album.tracks.map(({ title, artistName }, i) => ({
        id: at.track + i,
        scopes,
        title,
        artist: artistName,
        album: album.title,
      })),
    ],
  ];
};

const build = (): void => {
  const began = process.cpuUsage();
  const index = openServedIndex(path, { building: true });
  const at = { album: 1, track: 1 };
  for (const album of albums({ tracks, seed: LIBRARY_SEED })) {
    for (const [kind, things] of thingsOf(album, at)) {
      for (const { id, title, artist = '' } of things) names.set(`${kind}${id}`, { title, artist });
      if (things.length > 0) index.rank(kind, things);
    }
    at.album++;
    at.track += album.tracks.length;
  }
  index.finish({ epoch: 'bench', seq: 0 });
  index.close();
  const { user, system } = process.cpuUsage(began);
  const megabytes = statSync(path).size / 1e6;
  console.log(`index of ${tracks} tracks: ${((user + system) / 1e6).toFixed(1)} CPU-s, ${megabytes.toFixed(0)} MB`);
};

const quantile = (sorted: readonly number[], q: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN).toFixed(1);
const spread = (times: number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  return `p50 ${quantile(sorted, 0.5)}, p95 ${quantile(sorted, 0.95)}, p99 ${quantile(sorted, 0.99)}, max ${quantile(sorted, 1)} ms`;
};

build();
const index = openServedIndex(path, { building: false });
const asked = (text: string): Found[] =>
  index.ask({ text, kinds: KINDS.map((kind) => ({ kind, scopes: 'all', limit: 5 })) });

const placeOf = ({ kind, query, accepts }: Judged): number => {
  const hits = asked(query).find((found) => found.kind === kind)?.hits ?? [];
  return hits.findIndex(({ id }) => {
    const it = names.get(`${kind}${id}`);
    return it !== undefined && accepts(it.title, it.artist);
  });
};

type Row = { asked: number; first: number; three: number };
const classes = new Map<string, Row>();
const times: number[] = [];
const questions = judgedQuestions({ tracks, seed: LIBRARY_SEED }, { seed, perClass: 25 });
for (const question of questions) {
  const began = performance.now();
  const place = placeOf(question);
  times.push(performance.now() - began);
  const row = classes.get(question.className) ?? { asked: 0, first: 0, three: 0 };
  row.asked++;
  if (place === 0) row.first++;
  if (place >= 0 && place < 3) row.three++;
  classes.set(question.className, row);
}
const share = (part: number, whole: number): string => (part / whole).toFixed(3);
for (const [name, row] of [...classes].toSorted(([, a], [, b]) => a.three / a.asked - b.three / b.asked))
  console.log(
    `${name.padEnd(28)} ${String(row.asked).padStart(3)}  @1 ${share(row.first, row.asked)}  @3 ${share(row.three, row.asked)}`,
  );
const sum = (value: (row: Row) => number): number =>
  [...classes.values()].reduce((total, row) => total + value(row), 0);
const all = sum((row) => row.asked);
console.log(
  `${'all'.padEnd(28)} ${all}  @1 ${share(
    sum((row) => row.first),
    all,
  )}  @3 ${share(
    sum((row) => row.three),
    all,
  )}  ${spread(times)}`,
);

const strokes: number[] = [];
for (const { query } of questions.slice(0, 500))
  for (let length = 1; length <= query.length; length++) {
    const began = performance.now();
    asked(query.slice(0, length));
    strokes.push(performance.now() - began);
  }
console.log(`${strokes.length} keystrokes: ${spread(strokes)}; RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`);
index.close();
rmSync(folder, { recursive: true });
