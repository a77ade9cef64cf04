import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../kit/index.ts';
import type { Change, SearchEngine } from '../engine.ts';
import type { Kind, Thing } from '../question.ts';
import { openFtsEngine } from './engine.ts';

let folder = '';
let engine: SearchEngine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-engine-'));
  engine = openFtsEngine({ folder, log: silentLog });
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

// oxlint-disable-next-line typescript/require-await -- what feeds a rebuild is an async generator
async function* artists(...titles: string[]): AsyncGenerator<{ kind: Kind; things: readonly Thing[] }> {
  yield { kind: 'artists', things: titles.map((title, i) => ({ id: i + 1, scopes: [1], title })) };
}
const found = async (text: string): Promise<string[]> => {
  const [group] = await engine.ask({ text, kinds: [{ kind: 'artists', scopes: 'all', limit: 5 }] });
  return group?.hits.map((hit) => hit.text) ?? [];
};

const changed = (...titles: string[]): Change[] =>
  titles.map((title, i) => ({ kind: 'artists', id: 1000 + i, things: [{ id: 1000 + i, scopes: [1], title }] }));

test('who asks does not wait for what is being taken in, and afterwards finds it mistyped', async () => {
  await engine.rebuild(artists('Ondine'), { epoch: 'a', seq: 1 });
  expect(await found('ondine')).toEqual(['ondine']);
  const many = changed('Zephyrine', ...Array.from({ length: 20_000 }, (_, i) => `Somebody ${i}`));
  let isDone = false;
  const changing = engine.change(many, { epoch: 'a', seq: 2 }).then(() => (isDone = true));
  expect(await found('ondine')).toEqual(['ondine']);
  expect(isDone).toBe(false);
  await changing;
  expect(await found('zephirine')).toEqual(['zephyrine']);
});

test('counts what is there as it changes', async () => {
  await engine.rebuild(artists('Ondine', 'Marlene'), { epoch: 'a', seq: 1 });
  expect(await engine.health()).toEqual({ ranked: 2, fresh: 0 });
  const put = (id: number, ...titles: string[]): Change => ({
    kind: 'artists',
    id,
    things: titles.map((title) => ({ id, scopes: [1], title })),
  });
  await engine.change([put(1, 'Undine'), put(3, 'Iris', 'Irene')], { epoch: 'a', seq: 2 });
  expect(await engine.health()).toEqual({ ranked: 1, fresh: 3 });
  await engine.change([put(2), put(3, 'Iris')], { epoch: 'a', seq: 3 });
  expect(await engine.health()).toEqual({ ranked: 0, fresh: 2 });
});

const threads = (): number => process.getActiveResourcesInfo().filter((it) => it === 'MessagePort').length;

test('an index made anew while people ask answers the next of them, and the thread before it is gone', async () => {
  const before = threads();
  await engine.rebuild(artists('Ondine'), { epoch: 'a', seq: 1 });
  for (let round = 0; round < 5; round++) {
    const name = `marlene ${'abcde'[round]}`;
    const answers: Promise<string[]>[] = [];
    let isDone = false;
    const rebuilt = engine.rebuild(artists(name), { epoch: 'a', seq: round + 2 }).finally(() => (isDone = true));
    for (let i = 0; !isDone && i < 5000; i++) {
      if (i % 10 === 0) answers.push(found('marlene'));
      await turn();
    }
    await rebuilt;
    await Promise.allSettled(answers);
    expect(await found('marlene')).toEqual([name]);
    expect(await engine.cursor()).toEqual({ epoch: 'a', seq: round + 2 });
  }
  await engine.close();
  await expect.poll(threads).toBe(before);
}, 60_000);
