import { encodeId } from '../../kit/index.ts';
import { openMeilisearchEngine, type MeilisearchAt } from '../../search/meili/engine.ts';
import { openSearchHouseOn } from './house.ts';

/*
 * Writes and is killed: gives one track after the other a name of its own, says so on a line each, and lets the index
 * follow meanwhile. `node … writing-child.ts DATABASE FOLDER FIRST_NUMBER [WHERE_MEILISEARCH_IS]`.
 */
const [databasePath = '', folder = '', first = '0', at] = process.argv.slice(2);
const engine = at === undefined ? undefined : openMeilisearchEngine(JSON.parse(at) as MeilisearchAt);
const { db, journal } = openSearchHouseOn(databasePath, folder, engine);
const tracks = db.sqlite.prepare('SELECT id FROM track WHERE missing_at IS NULL ORDER BY id').pluck().all() as number[];
const rename = db.sqlite.prepare('UPDATE track SET title = ? WHERE id = ?');

/** A word that no other number has, and that is no edit away from another. */
const wordOf = (n: number): string =>
  `zq${n.toString(26).replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)]!)}xv`;

let n = Number(first);
setInterval(() => {
  for (let i = 0; i < 5; i++, n++) {
    const id = tracks[n % tracks.length]!;
    db.transact(() => {
      rename.run(wordOf(n), id);
      journal.append('track.changed', { id: encodeId('trk', id) });
    });
    process.stdout.write(`${n} ${id} ${wordOf(n)}\n`);
  }
}, 5);
