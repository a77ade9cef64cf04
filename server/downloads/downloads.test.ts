import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFile, makeNoise, testFfmpeg } from '../testing/audio.ts';
import { describeWhere } from '../testing/describe-where.ts';
import { openWholeHouse, type WholeHouse } from '../testing/whole-house.ts';

/* Real files, scanned and taken along again through the real routes; archives are held against unzip. */

const able = spawnSync('unzip', ['-v']).status === 0;
const describeUnpacked = describeWhere(able, 'needs unzip');

const ALBUM = 'Late: "Songs" / Live...';
const TUNES = [
  { at: 'a/1.flac', seconds: 3, title: '../../etc/passwd', track: 1, as: ['-c:a', 'flac'] },
  { at: 'a/2.flac', seconds: 2, title: 'CON', track: 2, as: ['-c:a', 'flac'] },
  { at: 'a/3.flac', seconds: 2, title: 'x'.repeat(300), track: 3, as: ['-c:a', 'flac'] },
  { at: 'a/4.mp3', seconds: 2, title: 'Small Already', track: 4, as: ['-c:a', 'libmp3lame', '-b:a', '128k'] },
  { at: 'a/5.flac', seconds: 2, title: 'con', track: 5, as: ['-c:a', 'flac', '-ac', '1'] },
];

let media = '';
let house: WholeHouse;
let album = '';
let tracks: { id: string; title: string }[] = [];

const putTune = async ({ at, seconds, title, track, as }: (typeof TUNES)[number], seed: number): Promise<void> => {
  const tags = {
    title,
    album: ALBUM,
    artist: 'Ida',
    album_artist: 'Ida',
    track: `${track}/5`,
    date: '2001',
    genre: 'Pop',
  };
  const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
  const extension = at.slice(at.lastIndexOf('.') + 1);
  const path = join(media, at);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(await makeNoise({ seconds, seed, as: [...as, ...metadata], extension }), path);
  const old = new Date(1_600_000_000_000);
  utimesSync(path, old, old);
};

const get = async <T>(path: string): Promise<T> => (await (await house.owner.ask(`/api/v1${path}`)).json()) as T;
const original = (at: string): Buffer => readFileSync(join(media, at));

beforeAll(async () => {
  media = mkdtempSync(join(tmpdir(), 'downloads-'));
  for (const [i, tune] of TUNES.entries()) await putTune(tune, 40 + i);
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=300x300:duration=1:rate=1', '-frames:v', '1'];
  copyFileSync(await makeFile(picture, 'jpg'), join(media, 'a', 'cover.jpg'));
  house = await openWholeHouse({}, media);
  house.app.intake.begin();
  await house.app.intake.scan.idle();
  album = (await get<{ items: { id: string; title: string }[] }>('/albums')).items.find((it) => it.title === ALBUM)!.id;
  const found = (await get<{ items: { id: string; title: string }[] }>('/tracks?limit=50')).items;
  tracks = TUNES.map(({ title }) => found.find((it) => it.title === title)!);
}, 120_000);
afterAll(async () => {
  await house.close();
  rmSync(media, { recursive: true, force: true });
});

const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  house.owner.ask(`/api/v1${path}`, { method, headers });
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

const breaksOff = (path: string): Promise<boolean> =>
  ask(path)
    .then(bytesOf)
    .then(
      () => false,
      () => true,
    );

/** Asks again, as a page does, until it is no longer being made ready. */
const askUntilReady = async (path: string): Promise<{ answer: Response; told: { ready: number; of: number }[] }> => {
  const told: { ready: number; of: number }[] = [];
  for (let i = 0; i < 300; i++) {
    const answer = await ask(path);
    if (answer.status !== 202) return { answer, told };
    told.push((await answer.json()) as { ready: number; of: number });
    await sleep(100);
  }
  throw new Error('never ready');
};

const unpack = (zip: Buffer): { folder: string; names: string[]; read: (name: string) => Buffer } => {
  const folder = mkdtempSync(join(tmpdir(), 'unpacked-'));
  const file = join(folder, 'it.zip');
  writeFileSync(file, zip);
  expect(execFileSync('unzip', ['-t', file], { encoding: 'utf8' })).toContain('No errors detected');
  const names = execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' }).trim().split('\n');
  const read = (name: string): Buffer =>
    execFileSync('unzip', ['-p', file, name.replace(/[[\]*?]/g, '\\$&')], { maxBuffer: 1 << 28 });
  return { folder, names, read };
};

const FOLDER = 'Ida - Late_ _Songs_ _ Live';
const NAMES = [
  `${FOLDER}/01 - .._.._etc_passwd.flac`,
  `${FOLDER}/02 - CON.flac`,
  `${FOLDER}/03 - ${'x'.repeat(89)}.flac`,
  `${FOLDER}/04 - Small Already.mp3`,
  `${FOLDER}/05 - con.flac`,
];

describeUnpacked('an album as it is', () => {
  let whole: Buffer;
  let etag = '';

  test('is an archive of exactly the length it promised, with the files to the last byte and the cover', async () => {
    const head = await ask(`/albums/${album}/download`, {}, 'HEAD');
    const answer = await ask(`/albums/${album}/download`);
    whole = await bytesOf(answer);
    etag = answer.headers.get('etag') ?? '';
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String(whole.length));
    expect(answer.headers.get('content-length')).toBe(String(whole.length));
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toContain('Ida%20-%20Late_%20_Songs_%20_%20Live.zip');
    const { folder, names, read } = unpack(whole);
    expect(names).toEqual([...NAMES, `${FOLDER}/cover.jpg`]);
    TUNES.forEach(({ at }, i) => expect(read(NAMES[i]!).equals(original(at)), at).toBe(true));
    expect(read(`${FOLDER}/cover.jpg`).subarray(0, 3).toString('hex')).toBe('ffd8ff');
    rmSync(folder, { recursive: true });
  });

  test('is the same each time, and 304 for who has it', async () => {
    expect((await bytesOf(await ask(`/albums/${album}/download`))).equals(whole)).toBe(true);
    const again = await ask(`/albums/${album}/download`, { 'if-none-match': etag });
    expect(again.status).toBe(304);
  });

  test('goes on from wherever it broke off', async () => {
    const end = whole.length;
    // Around every header of a member and of the directory, and at both ends.
    const marks = [0, 1, end - 1, end - 22];
    for (const sign of ['PK\u0003\u0004', 'PK\u0001\u0002', 'PK\u0005\u0006'])
      for (let at = whole.indexOf(sign); at >= 0; at = whole.indexOf(sign, at + 1))
        marks.push(at - 1, at, at + 1, at + 35);
    for (const start of marks.filter((at) => at >= 0 && at < end)) {
      const answer = await ask(`/albums/${album}/download`, { range: `bytes=${start}-`, 'if-range': etag });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${end}`);
      expect((await bytesOf(answer)).equals(whole.subarray(start)), `from ${start}`).toBe(true);
    }
  });

  test('is given in parts that fit together', async () => {
    const step = Math.ceil(whole.length / 7);
    const parts = [];
    for (let at = 0; at < whole.length; at += step)
      parts.push(await bytesOf(await ask(`/albums/${album}/download`, { range: `bytes=${at}-${at + step - 1}` })));
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
    expect((await ask(`/albums/${album}/download`, { range: `bytes=${whole.length}-` })).status).toBe(416);
  });

  test('is resumed without reading what lies before: checksums are kept', async () => {
    const kept = house.app.db.sqlite.prepare('SELECT count(*) FROM file_checksum').pluck().get();
    expect(kept).toBe(TUNES.length);
  });

  test('begins anew when a file has changed since', async () => {
    const path = join(media, 'a/2.flac');
    const before = readFileSync(path);
    writeFileSync(path, Buffer.concat([before, Buffer.alloc(10)]));
    const answer = await ask(`/albums/${album}/download`, { range: 'bytes=100-', 'if-range': etag });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).not.toBe(etag);
    expect((await bytesOf(answer)).length).toBe(whole.length + 10);
    writeFileSync(path, before);
    utimesSync(path, new Date(1_600_000_000_000), new Date(1_600_000_000_000));
  });

  test('breaks off rather than giving wrong bytes when a file changes under way', async () => {
    const path = join(media, 'a/5.flac');
    const before = readFileSync(path);
    const reader = (await ask(`/albums/${album}/download`)).body!.getReader();
    await reader.read();
    truncateSync(path, 1000);
    const drain = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    await expect(drain()).rejects.toThrow('changed');
    writeFileSync(path, before);
    utimesSync(path, new Date(1_600_000_000_000), new Date(1_600_000_000_000));
  });

  test('breaks off when a file was written anew under the same size and time, and is right the next time', async () => {
    const path = join(media, 'a/5.flac');
    const before = readFileSync(path);
    const other = Buffer.from(before);
    other[other.length - 1]! ^= 1;
    const put = (bytes: Buffer): void => {
      writeFileSync(path, bytes);
      utimesSync(path, new Date(1_600_000_000_000), new Date(1_600_000_000_000));
    };
    await bytesOf(await ask(`/albums/${album}/download`));
    put(other);
    expect(await breaksOff(`/albums/${album}/download`)).toBe(true);
    const { folder } = unpack(await bytesOf(await ask(`/albums/${album}/download`)));
    rmSync(folder, { recursive: true });
    put(before);
    expect(await breaksOff(`/albums/${album}/download`)).toBe(true);
    expect((await bytesOf(await ask(`/albums/${album}/download`))).equals(whole)).toBe(true);
  });

  test('is four at once for one listener, and the fifth is told to wait; who leaves makes room', async () => {
    const path = `/albums/${album}/download`;
    const running = [];
    for (let i = 0; i < 4; i++) running.push(await ask(path));
    const refused = await ask(path);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect((await ask(path, {}, 'HEAD')).status).toBe(200);
    const others = await house.member.ask(`/api/v1${path}`);
    expect(others.status).toBe(200);
    for (const answer of [...running, others]) await answer.body!.cancel();
    const next = await ask(path);
    expect(next.status).toBe(200);
    await next.body!.cancel();
  });

  test('is put together for one listener after the other: who asks for many at once keeps nobody waiting', async () => {
    const path = `/albums/${album}/download`;
    const asked = Array.from({ length: 12 }, () => ask(path, {}, 'HEAD'));
    const others = house.member.ask(`/api/v1${path}`, { method: 'HEAD' });
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect((await others).status).toBe(200);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
    expect((await ask(path, {}, 'HEAD')).status).toBe(200);
  });
});

describeUnpacked('a playlist', () => {
  const entriesOf = [2, 0, 2, 3];
  const make = async (): Promise<string> => {
    const body = { name: 'Sunday, early', trackIds: entriesOf.map((i) => tracks[i]!.id) };
    const made = await house.owner.ask('/api/v1/playlists', { method: 'POST', body });
    return ((await made.json()) as { id: string }).id;
  };

  test('is its files in order, each once, and a list that names them', async () => {
    const id = await make();
    const { folder, names, read } = unpack(await bytesOf(await ask(`/playlists/${id}/download`)));
    const list = read('Sunday, early/Sunday, early.m3u8').toString('utf8');
    const named = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(names).toHaveLength(4);
    expect(named).toHaveLength(4);
    expect(named[0]).toBe(named[2]);
    named.forEach((name, i) => {
      expect(read(`Sunday, early/${name}`).equals(original(TUNES[entriesOf[i]!]!.at)), name).toBe(true);
    });
    rmSync(folder, { recursive: true });
  });

  test("of somebody else's looks as if it did not exist", async () => {
    const id = await make();
    const foreign = await house.member.ask(`/api/v1/playlists/${id}/download`);
    const nowhere = await house.member.ask('/api/v1/playlists/pls_0000000000/download');
    expect(foreign.status).toBe(404);
    const told = async (it: Response) => ({ ...((await it.json()) as object), requestId: '' });
    expect(await told(foreign)).toEqual(await told(nowhere));
  });

  test('without a file is gone', async () => {
    const made = await house.owner.ask('/api/v1/playlists', { method: 'POST', body: { name: 'Empty' } });
    const { id } = (await made.json()) as { id: string };
    expect((await ask(`/playlists/${id}/download`)).status).toBe(410);
  });
});

type Probed = {
  format: { tags: Record<string, string>; duration: string };
  streams: { codec_name: string; channels?: number }[];
};
const probe = (path: string): Probed | undefined => {
  const ffprobe = spawnSync('ffprobe', ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', path], {
    encoding: 'utf8',
  });
  return ffprobe.status === 0 ? (JSON.parse(ffprobe.stdout) as Probed) : undefined;
};

describeUnpacked('as AAC', () => {
  test('an album is made ready while it tells how far it is, then sent with its exact length', async () => {
    const { answer, told } = await askUntilReady(`/albums/${album}/download?as=aac`);
    expect(told[0]).toEqual({ ready: 0, of: 4 });
    const whole = await bytesOf(answer);
    expect(answer.headers.get('content-length')).toBe(String(whole.length));
    const { folder, names, read } = unpack(whole);
    expect(names).toEqual([...NAMES.map((name) => name.replace(/(x?)\.flac$/, '$1$1.m4a')), `${FOLDER}/cover.jpg`]);
    // What a phone plays already is as it was.
    expect(read(NAMES[3]!).equals(original('a/4.mp3'))).toBe(true);
    const path = join(folder, 'one.m4a');
    writeFileSync(path, read(`${FOLDER}/01 - .._.._etc_passwd.m4a`));
    const decoded = execFileSync(testFfmpeg, ['-v', 'error', '-i', path, '-f', 's16le', '-ac', '1', '-'], {
      maxBuffer: 1 << 26,
    });
    expect(decoded.length / 2 / 44_100).toBeCloseTo(3, 1);
    const seen = probe(path);
    if (seen) {
      const { title, artist, album: on, album_artist: by, track, disc, date, genre } = seen.format.tags;
      expect({ title, artist, on, by, track, disc, date, genre }).toEqual({
        title: '../../etc/passwd',
        artist: 'Ida',
        on: ALBUM,
        by: 'Ida',
        track: '1',
        disc: '1/1',
        date: '2001',
        genre: 'Pop',
      });
      expect(seen.streams.map((it) => it.codec_name)).toEqual(['aac', 'mjpeg']);
    }
    rmSync(folder, { recursive: true });
    const etag = answer.headers.get('etag') ?? '';
    const rest = await ask(`/albums/${album}/download?as=aac`, { range: 'bytes=50000-', 'if-range': etag });
    expect((await bytesOf(rest)).equals(whole.subarray(50_000))).toBe(true);
  }, 60_000);

  test('a track is one file, with Range', async () => {
    const path = `/tracks/${tracks[0]!.id}/download?as=aac`;
    const { answer } = await askUntilReady(path);
    expect(answer.headers.get('content-type')).toBe('audio/mp4');
    expect(answer.headers.get('content-disposition')).toContain('.m4a');
    const whole = await bytesOf(answer);
    const part = await ask(path, { range: 'bytes=-100', 'if-range': answer.headers.get('etag') ?? '' });
    expect(part.status).toBe(206);
    expect((await bytesOf(part)).equals(whole.subarray(-100))).toBe(true);
  }, 60_000);

  test('a track of one channel stays one of one channel', async () => {
    const { answer } = await askUntilReady(`/tracks/${tracks[4]!.id}/download?as=aac`);
    const path = join(media, '..', `mono-${process.pid}.m4a`);
    writeFileSync(path, await bytesOf(answer));
    const seen = probe(path);
    rmSync(path);
    if (seen) expect(seen.streams[0]!.channels).toBe(1);
  }, 60_000);
});

describe('a track as it is', () => {
  test('is its file, under the name its tags give it', async () => {
    const answer = await ask(`/tracks/${tracks[1]!.id}/download`);
    expect(answer.headers.get('content-disposition')).toContain(`filename="Ida - CON.flac"`);
    expect((await bytesOf(answer)).equals(original('a/2.flac'))).toBe(true);
  });
});
