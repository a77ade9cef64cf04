import { sizeText, whenText } from '../parts/time.ts';
import { count, number } from './count.ts';

/** The owner's page: health, folders, jobs, storage, backups. */
export const household = {
  server: {
    title: 'Server',
    health: 'Health',
    allWell: 'All is well',
    needsYou: count('thing needs a look', 'things need a look'),
    checks: {
      database: 'Database',
      ffmpeg: 'ffmpeg',
      media: 'Music folders',
      disk: 'Space for data',
      jobs: 'Nightly jobs',
    } as Readonly<Record<string, string>>,
    states: { ok: 'Fine', warn: 'Needs a look', bad: 'Does not work' } as Readonly<Record<string, string>>,
    roots: 'Music folders',
    rootStates: {
      ok: 'Connected',
      missing: 'Not connected',
      empty: 'Suddenly empty',
      unreadable: 'Cannot be read',
      held: 'Waiting for your word',
      removed: 'Removed',
    } as Readonly<Record<string, string>>,
    rootKept: (name: string, albums: number) =>
      `${name} is not connected. Its ${number(albums)} ${albums === 1 ? 'album is' : 'albums are'} kept and come back with it.`,
    rootHeld: (name: string) => `Most of ${name} is gone. Nothing is removed until you say so.`,
    rootTracks: count('song', 'songs'),
    addFolder: 'Add a folder',
    folderPath: 'Folder on this server',
    remove: 'Remove',
    removeRoot: (name: string) => `Remove ${name} from the library`,
    removeHelp: 'The folder itself is left as it is.',
    scan: 'Scan',
    scanDetails: 'All scans and reasons',
    jobs: 'Nightly jobs',
    job: 'Job',
    lastRun: 'Last run',
    outcome: 'Outcome',
    never: 'Not yet',
    runNow: 'Run now',
    runJob: (name: string) => `Run now: ${name}`,
    jobStates: { done: 'Done', failed: 'Failed', running: 'Running', interrupted: 'Cut short' } as Readonly<
      Record<string, string>
    >,
    nextRun: (at: number, nowMs: number) => `Next: ${whenText(at, nowMs)}`,
    noFfmpeg: 'Not found. Install it, or set EVENSONG_FFMPEG.',
    free: (bytes: number) => `${sizeText(bytes)} free`,
    acceptGone: 'It is gone',
    acceptGoneOf: (name: string) => `It is gone: what is missing from ${name} is taken out`,
    storage: 'Storage',
    cache: 'Songs made ready for playing',
    used: (used: string, of: string) => `${used} of ${of}`,
    backups: 'Backups',
    backupsText: 'Everything people made is copied every night and checked by opening it; fourteen are kept.',
    noBackups: 'No backup yet. The first one is made tonight.',
    size: 'Size',
    made: 'Made',
    version: (v: string) => `Evensong ${v}`,
  },
};
