import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAnalysis, type Analysis, type AnalysisNeeds } from '../analysis/index.ts';
import { createSlots } from '../ffmpeg/index.ts';
import { encodeId, silentLog } from '../kit/index.ts';
import { createLibrary, type Library } from '../library/index.ts';
import { makeFile, testFfmpeg } from './audio.ts';
import { age, folderFor, openScanHouse, type ScanHouse } from './scan-house.ts';

/** A scanned folder whose sound can be measured. */
export type SoundHouse = {
  scanned: ScanHouse;
  library: Library;
  storePath: string;
  /** Opens the room; close it before another. */
  open: (changes?: Partial<AnalysisNeeds>) => Analysis;
  /** Scans, and takes exact lengths for measured. */
  scan: () => Promise<void>;
  /** Measures all there is, and closes. */
  measure: (changes?: Partial<AnalysisNeeds>) => Promise<void>;
  track: (title: string) => { row: number; id: string };
  close: () => Promise<void>;
};

export type ToneFile = {
  /** Below the media folder, without an extension. */
  at: string;
  db: number;
  seconds?: number;
  tags?: Record<string, string>;
};

/** A stereo tone of 1 kHz: its level in dBFS is its loudness in LUFS. Its title is the last part of `at`. */
export const toneFile =
  (media: string) =>
  async ({ at, db, seconds = 4, tags = {} }: ToneFile): Promise<string> => {
    const level = 10 ** (db / 20);
    const wave = `${level}*sin(2*PI*1000*t)`;
    const [album = '', title = ''] = at.split('/').slice(-2);
    const texts = { title, album, artist: 'Ida', ...tags };
    const metadata = Object.entries(texts).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
    const graph = `aevalsrc=exprs=${wave}|${wave}:s=44100:d=${seconds}`;
    const made = await makeFile(['-f', 'lavfi', '-i', graph, ...metadata, '-c:a', 'flac'], 'flac');
    const path = folderFor(join(media, `${at}.flac`));
    copyFileSync(made, path);
    age(path);
    return path;
  };

export const openSoundHouse = async (files: readonly ToneFile[]): Promise<SoundHouse> => {
  const scanned = openScanHouse();
  for (const file of files) await toneFile(scanned.media)(file);
  const library = createLibrary({ db: scanned.db });
  const storePath = join(scanned.dir, 'sound.db');
  const open = (changes: Partial<AnalysisNeeds> = {}): Analysis =>
    openAnalysis({
      db: scanned.db,
      library,
      ffmpeg: { path: testFfmpeg },
      slots: createSlots({ cores: 2 }),
      storePath,
      lanes: 1,
      rest: () => Promise.resolve(),
      log: silentLog,
      ...changes,
    });
  const scan = async (): Promise<void> => {
    await scanned.run();
    scanned.db.sqlite.exec('UPDATE file SET need = 0');
    library.forget();
  };
  await scan();
  return {
    scanned,
    library,
    storePath,
    open,
    scan,
    measure: async (changes) => {
      const analysis = open(changes);
      analysis.begin();
      await analysis.idle();
      await analysis.close();
    },
    track: (title) => {
      const row = scanned.db.sqlite.prepare('SELECT id FROM track WHERE title = ?').pluck().get(title) as number;
      return { row, id: encodeId('trk', row) };
    },
    close: scanned.close,
  };
};
