import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanText,
  createKeyedLock,
  createLimit,
  decodeId,
  defineProblem,
  encodeId,
  isProblem,
  mintId,
  nearestName,
  openScope,
  runProcess,
  writeFileAtomic,
} from './index.ts';

describe('ids', () => {
  test('every row number survives the round trip', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (n) => decodeId('trk', encodeId('trk', n)) === n,
      ),
    );
  });
  test('what encodeId cannot have written is nobody', () => {
    for (const id of ['', 'trk_', 'trk_0', 'trk_01', 'alb_1', 'trk_1 ', 'trk_A', 'trk_-1', 'trk_zzzzzzzzzzzzz'])
      expect(decodeId('trk', id), id).toBeUndefined();
  });
  test('minted ids fit in 40 URL-safe characters and do not repeat', () => {
    const ids = new Set(Array.from({ length: 1000 }, () => mintId('pls')));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^pls_[0-9a-z]{20}$/);
  });
});

test('a problem is recognised by its definition', () => {
  const gone = defineProblem({ code: 'shop/gone', status: 410, title: 'It is gone.' });
  expect(isProblem(gone({ detail: 'Since May.' }), gone)).toBe(true);
  expect(isProblem(new Error('no'))).toBe(false);
  expect(gone.status).toBe(410);
});

test('a scope closes in reverse and one failure keeps nobody open', async () => {
  const closed: string[] = [];
  const scope = openScope((name) => closed.push(`failed ${name}`));
  scope.defer('first', () => void closed.push('first'));
  scope.defer('second', () => Promise.reject(new Error('x')));
  scope.defer('third', () => void closed.push('third'));
  await Promise.all([scope.close(), scope.close()]);
  expect(closed).toEqual(['third', 'failed second', 'first']);
  expect(scope.signal.aborted).toBe(true);
});

test('a limit lets so many in at once, the rest in order, and refuses those beyond', async () => {
  const limit = createLimit({ atOnce: 2, maxWaiting: { count: 1, refuse: () => new Error('full') } });
  const told: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    told.push(name);
    return new Promise<void>((resolve, reject) =>
      ends.push(name === 'a' ? () => reject(new Error('a fails')) : resolve),
    );
  };
  const [a, b, c] = ['a', 'b', 'c'].map((name) => limit(work(name)));
  await expect(limit(work('d'))).rejects.toThrow('full');
  expect(told).toEqual(['a', 'b']);
  ends[0]!();
  await expect(a).rejects.toThrow('a fails');
  await expect.poll(() => told).toEqual(['a', 'b', 'c']);
  ends[1]!();
  ends[2]!();
  await Promise.all([b, c]);
  await expect(limit(() => Promise.resolve('after'))).resolves.toBe('after');
});

test('work of one key never overlaps, even after a failure', async () => {
  const lock = createKeyedLock();
  let inside = 0;
  const work = async () => {
    expect(++inside).toBe(1);
    await new Promise((done) => setTimeout(done, 2));
    inside--;
    throw new Error('x');
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => lock('a', work)));
  expect(outcomes.every((o) => o.status === 'rejected')).toBe(true);
});

test('an atomic write leaves the file whole and no temporary neighbour', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kit-'));
  await writeFileAtomic(join(dir, 'a'), 'one');
  await writeFileAtomic(join(dir, 'a'), 'two');
  expect(await readFile(join(dir, 'a'), 'utf8')).toBe('two');
  expect(await readdir(dir)).toEqual(['a']);
  await rm(dir, { recursive: true });
});

test('a program that hangs is killed at its time limit', async () => {
  const outcome = await runProcess(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 });
  expect(outcome.signal).toBe('SIGKILL');
});

test('text from outside loses control characters and lone surrogates', () => {
  expect(cleanText('a\u0000b\u0007 \ud800c ')).toBe('ab \ufffdc');
  expect(cleanText('😀😀', 3)).toBe('😀\ufffd');
});

test('a misspelt name finds its neighbour', () => {
  expect(nearestName('EVENSONG_PROT', ['EVENSONG_DATA', 'EVENSONG_PORT'])).toBe('EVENSONG_PORT');
});
