import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../db/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';
import { createLibraryWriter, openCovers } from '../library/index.ts';
import { createRootService } from '../scan/index.ts';
import { openReader, type Reader } from '../scan/reading/index.ts';
import { createIssues } from '../scan/run/issues.ts';
import { runScan, type ScanEnd, type ScanOrder, type ScanProgress } from '../scan/run/run-scan.ts';
import { createSlicer } from '../scan/run/slicer.ts';
import { createScanStore } from '../scan/store.ts';
import { emptyDatabase, lookInto } from './scan-house.ts';

type Options = Partial<Pick<ScanOrder, 'accepted' | 'afterCut' | 'within'>> & {
  readingsKept?: number;
  /** Called with each report of progress; answering 'cancel' cancels, throwing ends it as a kill would. */
  onProgress?: (progress: ScanProgress) => 'cancel' | undefined;
};

/**
 * The real scan over a real folder and a real database, run on the test's own thread: what the scan's thread does, without
 * the half second that a thread costs. For tests that scan often; what happens around a scan is scan-house.ts's matter.
 */
export const openInlineScan = () => {
  const dir = mkdtempSync(join(tmpdir(), 'evensong-inline-'));
  const media = join(dir, 'media');
  mkdirSync(media);
  writeFileSync(join(dir, 'evensong.db'), emptyDatabase());
  const db = openDatabase(join(dir, 'evensong.db'), { durability: 'normal' });
  const covers = openCovers({ originals: join(dir, 'covers'), variants: join(dir, 'cache'), quotaBytes: 1e9 });
  const store = createScanStore(db);
  const roots = createRootService({ db, clock: systemClock });
  const rootId = roots.add(media).id;
  const facts: { kind: string; payload: Record<string, unknown> }[] = [];
  let reader: Reader | undefined;
  let opened = 0;

  const run = async (options: Options = {}): Promise<ScanEnd & { id: number }> => {
    const { onProgress, readingsKept, ...order } = options;
    const id = store.start('test', Date.now());
    const inner = (reader ??= openReader({ log: silentLog, workers: 1 }));
    // What a scan knows of names and counts is its own, as in a thread of its own.
    const writer = createLibraryWriter(db);
    let cancelled = false;
    const slicer = createSlicer(db, { beforeCommit: writer.counts.flushDue, onRollback: writer.forget });
    try {
      const end = await runScan(
        {
          db,
          writer,
          slicer,
          covers,
          reader: {
            ...inner,
            readBatch: (files, more) => {
              opened += files.length;
              return inner.readBatch(files, more);
            },
          },
          log: silentLog,
          issues: createIssues(db),
          append: (kind, payload) => void facts.push({ kind, payload }),
          now: () => Date.now(),
          readingsKept,
          isCancelled: () => cancelled,
          report: (progress) => {
            if (onProgress?.(progress) === 'cancel') cancelled = true;
          },
        },
        { scanId: id, within: undefined, accepted: [], ...order },
      );
      store.finish({ ...end.tally, id, status: end.status, detail: null, now: Date.now() });
      return { ...end, id };
    } catch (error) {
      if (db.sqlite.inTransaction) db.sqlite.exec('ROLLBACK');
      throw error;
    }
  };

  return {
    dir,
    media,
    db,
    rootId,
    roots,
    facts,
    /** Files read so far. */
    opened: () => opened,
    run,
    /** Scans until nothing is left to look at again. Answers the last scan. */
    runOut: async (): Promise<ScanEnd> => {
      for (let n = 0; n < 5; n++) {
        const end = await run();
        if (!end.again) return end;
      }
      throw new Error('The scan asks to look again and again.');
    },
    issues: () =>
      store.issues(0, 0, 1000).map((it) => ({ code: it.code, path: it.path.toString(), detail: it.detail })),
    ...lookInto(db),
    close: async (): Promise<void> => {
      await reader?.close();
      db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

export type InlineScan = ReturnType<typeof openInlineScan>;
