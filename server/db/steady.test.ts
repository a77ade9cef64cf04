import { expect, test } from 'vitest';
import { openMemoryDatabase } from './open-database.ts';
import { steady } from './steady.ts';

test('what looks like a parameter in a text, a name or a comment stays as it is', () => {
  expect(steady(`SELECT '?', 'it''s @a', "b:c" FROM t -- where @x?\n/* :y */ WHERE a = ? AND b = ?2 AND c = @d`)).toBe(
    `SELECT '?', 'it''s @a', "b:c" FROM t -- where @x?\n/* :y */ WHERE a = +? AND b = +?2 AND c = +@d`,
  );
});

test('a value keeps its kind, and a column its own, whatever stands before the parameter', () => {
  const { sqlite, close } = openMemoryDatabase();
  sqlite.exec('CREATE TABLE t(a ANY, b TEXT) STRICT');
  const bytes = Buffer.from('x');
  for (const value of [1n, '1', 1.5, null, bytes]) sqlite.prepare('INSERT INTO t VALUES (?, ?)').run(value, '7');
  expect(sqlite.prepare('SELECT typeof(a) FROM t').pluck().all()).toEqual(['integer', 'text', 'real', 'null', 'blob']);
  expect(sqlite.prepare('SELECT count(*) FROM t WHERE a = ?').pluck().get('1')).toBe(1);
  expect(sqlite.prepare('SELECT count(*) FROM t WHERE b = @b LIMIT @limit').pluck().get({ b: 7n, limit: 1 })).toBe(5);
  close();
});

test('a join that is asked for one value after another is planned once', () => {
  const { sqlite, close } = openMemoryDatabase();
  sqlite.exec(`CREATE TABLE a(id INTEGER PRIMARY KEY, b INTEGER); CREATE TABLE b(id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO a VALUES (1, 1), (2, 2), (3, 3); INSERT INTO b VALUES (1, 'x'), (2, 'y'), (3, 'z')`);
  const statement = sqlite.prepare('SELECT a.id, b.name FROM a JOIN b ON b.id = a.b WHERE a.id = ?');
  // The driver compiles a maker of rows each time a statement was planned.
  const { Function: compile } = globalThis;
  let planned = 0;
  globalThis.Function = ((...args: string[]) => (planned++, compile(...args))) as unknown as FunctionConstructor;
  try {
    expect([1, 2, 3, 1].map((id) => (statement.get(id) as { name: string }).name)).toEqual(['x', 'y', 'z', 'x']);
  } finally {
    globalThis.Function = compile;
  }
  expect(planned).toBe(1);
  close();
});
