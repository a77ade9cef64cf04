import { expect, test } from 'vitest';
import { ida, openFilledHouse } from '../../testing/filled-house.ts';
import { sortKey } from '../fold.ts';
import { createMatch } from './match.ts';
import { createResolve } from './resolve.ts';

test('what a list says is folded once, and only as much of it as a name may have', () => {
  const db = openFilledHouse({ tracks: 60 });
  db.sqlite.prepare('UPDATE track SET title = ?, sort_key = ?').run('Overture', sortKey('Overture'));
  const folded: string[] = [];
  const match = createMatch(db, createResolve(db), (name) => {
    folded.push(name);
    return sortKey(name);
  });
  const clue = { title: 'Overture', artist: `${'é'.repeat(100_000)} `, album: 'ö'.repeat(100_000) };
  expect(match(clue, ida)).toBeUndefined();
  expect(folded.filter((name) => name.startsWith('é'))).toHaveLength(1);
  expect(folded.length).toBeGreaterThan(60);
  expect(Math.max(...folded.map(({ length }) => length))).toBeLessThanOrEqual(1000);
});
