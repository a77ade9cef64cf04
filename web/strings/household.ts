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
    folderName: 'Name (optional)',
    remove: 'Remove',
    removeRoot: (name: string) => `Remove ${name} from the library`,
    removeHelp: 'The folder itself is left as it is.',
    scan: 'Scan',
    scanDetails: 'All scans and reasons',
    watching: (n: number) => `Watching ${count('folder', 'folders')(n)}`,
    jobs: 'Nightly jobs',
    job: 'Job',
    schedule: 'When',
    lastRun: 'Last run',
    outcome: 'Outcome',
    never: 'Not yet',
    runNow: 'Run now',
    runJob: (name: string) => `Run now: ${name}`,
    jobStates: { ok: 'Done', failed: 'Failed', running: 'Running', missed: 'Missed' } as Readonly<
      Record<string, string>
    >,
    jobNames: { backup: 'Backup', scan: 'Look for changes', sweep: 'Clear out old caches' } as Readonly<
      Record<string, string>
    >,
    storage: 'Storage',
    used: (used: string, of: string) => `${used} of ${of}`,
    backups: 'Backups',
    backupsText: 'Everything people made is copied every night and checked by opening it; fourteen are kept.',
    backupNow: 'Back up now',
    noBackups: 'No backup yet. The first one is made tonight.',
    size: 'Size',
    checked: 'Checked',
    made: 'Made',
    version: (v: string) => `Evensong ${v}`,
  },
};
