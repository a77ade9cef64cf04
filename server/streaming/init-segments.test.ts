import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFfmpeg } from '../testing/audio.ts';
import { createInitSegments } from './init-segments.ts';

const everythingIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .toSorted((a, b) => (a < b ? -1 : 1));

test.each([0, 30, 120])('closed %i ms after it began, nothing is made or written any more', async (waitMs) => {
  const folder = mkdtempSync(join(tmpdir(), 'init-segments-'));
  const at = { binary: testFfmpeg, folder: join(folder, 'init'), runsFolder: join(folder, 'runs') };
  const inits = createInitSegments(at);
  const preparing = inits.prepare();
  await new Promise((done) => setTimeout(done, waitMs));
  await inits.close();
  const left = everythingIn(folder);
  await preparing;
  await new Promise((done) => setTimeout(done, 150));
  expect(everythingIn(folder)).toEqual(left);
  rmSync(folder, { recursive: true });
});
