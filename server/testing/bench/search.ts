import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../db/index.ts';
import { askKind, planOf } from '../../search/fts/ask.ts';
import { createIndexReader, createIndexWriter, createIndexes, createTables, readDictionary, type Entry, type Kind } from '../../search/fts/store.ts';
import { joinedForms, wordsOf } from '../../search/words.ts';
import { albums } from '../library-generator/model.mjs';
import { judgedQuestions } from '../search/judged.ts';

const tracks = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? 7);
const library = { tracks, seed: 1 };
const folder = process.env['KEEP'] ?? mkdtempSync(join(tmpdir(), 'evensong-search-'));
const file = join(folder, `search-${tracks}.db`);
const text = (name: string) => wordsOf(name, 'stored').join(' ');
const entry = (id: number, title: string, artist: string, album: string): Entry => ({ id, scopes: [1], title: text(title), artist: text(artist), album: text(album), alt: joinedForms(title).join(' ') });
const names = new Map<string, { title: string; artist: string }>();
let fresh = true;
try { statSync(file); fresh = false; } catch {}
const db = openDatabase(file, { durability: 'normal' });
const began = performance.now();
if (fresh) {
  createTables(db);
}
const writer = fresh ? createIndexWriter(db) : undefined;
const seen = new Set<number>();
let n = 0, al = 0;
if (fresh) db.sqlite.exec('BEGIN');
for (const album of albums(library)) {
  const put = (kind: Kind, id: number, title: string, artist: string, albumTitle: string) => { names.set(`${kind}${id}`, { title, artist }); if (writer) writer.rank(kind, entry(id, title, artist, albumTitle)); };
  put('albums', ++al, album.title, album.artistName, '');
  if (album.artist && !seen.has(album.artist.id)) { seen.add(album.artist.id); put('artists', album.artist.id + 1, album.artist.name, '', ''); }
  for (const track of album.tracks) put('tracks', ++n, track.title, track.artistName, album.title);
}
if (fresh) { db.sqlite.exec('COMMIT'); createIndexes(db); }
console.log(`built ${n} tracks in ${((performance.now() - began) / 1000).toFixed(1)} s, ${(statSync(file).size / 1e6).toFixed(0)} MB`);
const t0 = performance.now();
const dictionary = readDictionary(db);
console.log(`dictionary ${dictionary.size} words, ${(dictionary.sizeBytes / 1e6).toFixed(1)} MB, ${(performance.now() - t0).toFixed(0)} ms`);
const reader = createIndexReader(db);
const classes = new Map<string, { asked: number; at1: number; at3: number; misses: string[] }>();
const times: number[] = [];
for (const { className, query, kind, accepts } of judgedQuestions(library, { seed, perClass: 25 })) {
  const t = performance.now();
  const question = { words: wordsOf(query, 'asked').slice(0, 10), openEnd: true };
  const plan = planOf(question, dictionary);
  const answers = (['artists', 'albums', 'tracks'] as const).map((each) => [each, askKind({ reader, plan }, { kind: each, scopes: 'all', limit: 5 })] as const);
  times.push(performance.now() - t);
  const hits = answers.find(([each]) => each === kind)![1];
  const place = hits.findIndex(({ id }) => { const it = names.get(`${kind}${id}`)!; return accepts(it.title, it.artist); });
  const row = classes.get(className) ?? { asked: 0, at1: 0, at3: 0, misses: [] };
  row.asked++; if (place === 0) row.at1++; if (place >= 0 && place < 3) row.at3++; else row.misses.push(`${kind}: ${query} -> ${hits.slice(0, 2).map(({ id }) => names.get(`${kind}${id}`)!.title).join(' | ')}`);
  classes.set(className, row);
}
let a = 0, s = 0, o = 0;
for (const [name, row] of classes) { a += row.asked; s += row.at3; o += row.at1; console.log(name.padEnd(28), row.asked, (row.at1 / row.asked).toFixed(2), (row.at3 / row.asked).toFixed(2), process.env['V'] ? row.misses.slice(0, 3).join('\n      ') : ''); }
times.sort((x, y) => x - y);
console.log(`all ${a}: @1 ${(o / a).toFixed(3)} @3 ${(s / a).toFixed(3)}; ms p50 ${times[times.length >> 1]!.toFixed(1)} p95 ${times[Math.floor(times.length * 0.95)]!.toFixed(1)} max ${times.at(-1)!.toFixed(1)}`);
db.close();
if (!process.env['KEEP']) rmSync(folder, { recursive: true });
