import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../kit/index.ts';
import { ida, openFilledHouse } from '../testing/filled-house.ts';
import { openSearchHouse, type SearchHouse } from '../testing/search/house.ts';
import { meilisearchProgram, NO_MEILISEARCH } from '../testing/search/meilisearch.ts';
import { createSecondEngine, findProgram, type SecondEngine } from './second-engine.ts';
import { endOldChild } from './meili/keeper.ts';
import { readIdentity, type Identity } from './meili/left-over.ts';

let folder: string;
let house: SearchHouse;
let second: SecondEngine;

const NOWHERE = { url: undefined, key: undefined, bin: undefined };
const make = (meili = NOWHERE as Parameters<typeof createSecondEngine>[0]['meili']): SecondEngine =>
  createSecondEngine({ search: house.search, meili, dataDir: folder, searchPath: '', log: silentLog });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evensong-second-'));
  house = openSearchHouse(openFilledHouse({ tracks: 60 }), folder);
  second = make({ ...NOWHERE, bin: meilisearchProgram });
});
afterEach(async () => {
  await second.close();
  await house.search.close();
  house.db.close();
  rmSync(folder, { recursive: true, force: true });
});

const answering = async () => (await house.search.find({ text: 'the', kinds: ['tracks'], limit: 5 }, ida)).engine;
const identity = () => JSON.parse(readFileSync(join(folder, 'meilisearch/child.json'), 'utf8')) as Identity;
const isGone = ({ pid }: Identity) => readIdentity(pid) === undefined;
const comesUp = () => expect.poll(answering, { timeout: 30_000 }).toBe('meilisearch');

describe('without a program', () => {
  test('there is nothing to turn on, and to turn it off does no harm', async () => {
    const none = make();
    none.begin();
    expect(none.state()).toMatchObject({ source: 'none', on: false, state: 'off' });
    await expect(none.turn(true)).rejects.toMatchObject({ status: 409 });
    await none.turn(false);
    expect(findProgram('/nowhere/meilisearch', process.env['PATH'] ?? '')).toBeUndefined();
  });

  test('a server that is named cannot be turned off here', async () => {
    const named = make({ ...NOWHERE, url: 'http://127.0.0.1:9' });
    named.begin();
    await expect(named.turn(false)).rejects.toMatchObject({ status: 409 });
    await expect.poll(() => named.state().state).toBe('fallback');
    expect(named.state().why).toContain('ECONNREFUSED');
    expect(await answering()).toBe('fts5');
  });
});

describe('what a killed server left running', () => {
  const sleeper = () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    return { child, ended, identity: readIdentity(child.pid!)! };
  };
  const note = (it: Identity): void => {
    mkdirSync(join(folder, 'meilisearch'), { recursive: true });
    writeFileSync(join(folder, 'meilisearch/child.json'), JSON.stringify(it));
  };

  test('is ended by the number that was written down', async () => {
    const { ended, identity: it } = sleeper();
    note(it);
    await endOldChild(join(folder, 'meilisearch'), silentLog);
    await ended;
    expect(existsSync(join(folder, 'meilisearch/child.json'))).toBe(false);
  });

  test('is left alone where the number is another process by now', async () => {
    const { child, ended, identity: it } = sleeper();
    for (const other of [
      { ...it, born: '1' },
      { ...it, command: 'meilisearch' },
    ]) {
      note(other);
      await endOldChild(join(folder, 'meilisearch'), silentLog);
      expect(isGone(it)).toBe(false);
    }
    child.kill('SIGKILL');
    await ended;
  });
});

describe('a child of ours', () => {
  beforeEach(({ skip }) => skip(meilisearchProgram === undefined, NO_MEILISEARCH));

  test('is turned on, answers, is started again when it is killed, and ends with the house', async () => {
    second.begin();
    expect(second.state()).toMatchObject({ source: 'child', on: false, state: 'off' });
    await second.turn(true);
    await comesUp();
    expect(second.state()).toMatchObject({ on: true, state: 'ok', version: expect.stringMatching(/^\d+\./) });
    const first = identity();
    expect(first.command).not.toContain(readFileSync(join(folder, 'meilisearch/master.key'), 'utf8'));
    process.kill(first.pid, 'SIGKILL');
    // Within one request, whatever the watch has noticed by now.
    expect(await answering()).toBe('fts5');
    await comesUp();
    const again = identity();
    expect(again.pid).not.toBe(first.pid);
    await second.close();
    expect(isGone(again)).toBe(true);
    expect(await answering()).toBe('fts5');
  });

  test('is on again at the next start, after the one that was left over is gone', async () => {
    await second.turn(true);
    await comesUp();
    const left = identity();
    // As after kill -9 of the server: nobody stopped it, and somebody else begins.
    const next = make({ ...NOWHERE, bin: meilisearchProgram });
    next.begin();
    await expect.poll(() => isGone(left), { timeout: 15_000 }).toBe(true);
    await second.turn(false);
    await expect.poll(() => next.state().state, { timeout: 30_000 }).toBe('ok');
    await next.turn(false);
    expect(next.state().state).toBe('off');
  });
});
