import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { noiseAs, testFfmpeg } from '../testing/audio.ts';
import { openStreamingHouse } from '../testing/streaming-house.ts';

/* What it costs to play: which processes are started for what, and what becomes of what they print. */
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'play-path-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = async (name: string, lines: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${lines}\nexec ${testFfmpeg} "$@"\n`);
  await chmod(path, 0o755);
  return path;
};

test('from the click to the sound one process is started, for the segment; none for playlists and init, none to ask ffmpeg what it can', async () => {
  const log = join(folder, 'calls');
  await writeFile(log, '');
  // Beside it, so that a library which looks for them would find them.
  await script('ffprobe', `echo "ffprobe $*" >> ${log}`);
  const house = await openStreamingHouse({ binary: await script('ffmpeg', `echo "$*" >> ${log}`) });
  const calls = async (): Promise<string[]> => (await readFile(log, 'utf8')).split('\n').filter(Boolean);
  const ofInits = async (): Promise<number> => (await calls()).filter((it) => it.includes('anullsrc')).length;
  // The init segments are made of silence when the house opens.
  for (let last = -1; last !== (await ofInits()) || last < 8;) {
    last = await ofInits();
    await new Promise((next) => setTimeout(next, 300));
  }
  const before = (await calls()).length;
  const trackId = await house.add(await noiseAs('flac', 242, 28));
  const { url, grid, fallback } = await house.playback({ trackId });
  expect((await house.ask(url)).status).toBe(200);
  for (const { base, init } of [...(grid?.rates ?? []), ...(fallback?.rates ?? [])]) {
    const list = await house.ask(`${base}/index.m3u8`);
    expect(list.status).toBe(200);
    expect((await list.text()).match(/#EXTINF/g)).toHaveLength((grid?.codec === 'aac' ? grid : fallback)?.count ?? 0);
    expect((await house.ask(init)).status).toBe(200);
  }
  expect((await calls()).length).toBe(before);
  expect((await house.ask(`${fallback?.rates[0]?.base}/0.m4s`)).status).toBe(200);
  const made = (await calls()).slice(before);
  await house.close();
  expect(made).toHaveLength(1);
  expect((await calls()).join('\n')).not.toMatch(/-formats|-encoders|-codecs|-filters|-version|ffprobe/);
});

test('forty thousand lines of complaint cost no memory', { timeout: 120_000 }, async () => {
  // 20 MB in all: had they been kept, it would show.
  const line = `[aac @ 0x5581] ${'something is wrong with this and that, '.repeat(12)}`;
  const loud = await script('loud', `yes "${line}" | head -n 40000 >&2`);
  const child = fileURLToPath(new URL('../testing/noisy-engine.ts', import.meta.url));
  const args = ['--import', 'tsx', child, loud, await noiseAs('flac', 20)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { grownBytes } = JSON.parse(stdout) as { grownBytes: number };
  console.info(`120,000 lines: ${(grownBytes / 1e6).toFixed(1)} MB more`);
  expect(grownBytes).toBeLessThan(10e6);
});
