import { dataSpace, type DataFolder } from './db/index.ts';
import type { Downloads } from './downloads/index.ts';
import type { Slots } from './ffmpeg/index.ts';
import type { Intake } from './intake.ts';
import type { Jobs } from './jobs/index.ts';
import { counter, gauge, type Family, type Sample } from './metrics/index.ts';
import type { Streaming } from './streaming/index.ts';

/** The rooms' own numbers, in the shape that /metrics shows. Whatever becomes a label here is from a fixed list. */
type Rooms = {
  streaming: Pick<Streaming, 'counts' | 'cacheBytes'>;
  downloads: Pick<Downloads, 'counts'>;
  slots: Pick<Slots, 'counts'>;
  intake: Pick<Intake, 'scan' | 'analysis'>;
  jobs: Pick<Jobs, 'list'>;
  folder: DataFolder;
};

const by = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

const streamingNumbers = ({ streaming, slots }: Rooms): Family[] => {
  const { hits, misses, runs } = streaming.counts();
  const { running, playing, waiting } = slots.counts();
  return [
    counter(
      'evensong_hls_segments_total',
      'Segments asked for: there already (hit), or to be made first (miss).',
      by('cache', { hit: hits, miss: misses }),
    ),
    gauge('evensong_hls_cache_bytes', 'What kept segments take on the disk.', streaming.cacheBytes()),
    counter('evensong_hls_spawns_total', 'ffmpeg processes started to make segments.', runs?.started ?? 0),
    counter('evensong_hls_runs_total', 'Runs that ended, by how.', by('end', runs?.ends ?? {})),
    gauge('evensong_hls_runs', 'Runs at work now.', runs?.running ?? 0),
    gauge(
      'evensong_ffmpeg_slots',
      'ffmpeg at work now, for playing or in the background.',
      by('kind', { playing, background: running - playing }),
    ),
    gauge('evensong_ffmpeg_queue_length', 'Work that waits for a slot.', waiting),
  ];
};

const downloadNumbers = ({ downloads }: Rooms): Family[] => {
  const { sending, waiting, cacheBytes } = downloads.counts();
  return [
    gauge('evensong_downloads_sending', 'Archives on their way.', sending),
    gauge('evensong_downloads_waiting', 'Tracks that are being made ready to be taken along.', waiting),
    gauge('evensong_downloads_cache_bytes', 'What tracks made ready take on the disk.', cacheBytes),
  ];
};

const scanNumbers = ({ intake }: Rooms): Family[] => {
  const [newest] = intake.scan.list(Number.MAX_SAFE_INTEGER, 1);
  const measuring = intake.analysis.progress();
  const running = gauge('evensong_scan_running', '1 while a scan runs.', intake.scan.isRunning() ? 1 : 0);
  const left = measuring ? measuring.of - measuring.done : 0;
  const later = gauge('evensong_analysis_queue_length', 'Tracks whose loudness is not measured yet.', left);
  if (!newest) return [running, later];
  const { seen, added, changed, moved, missing, unreadable, startedAt, finishedAt, status } = newest;
  return [
    running,
    gauge(
      'evensong_scan_last_files',
      'What the newest scan found.',
      by('what', { seen, added, changed, moved, missing, unreadable }),
    ),
    gauge('evensong_scan_last_started_timestamp_seconds', 'When the newest scan began.', startedAt / 1000),
    gauge('evensong_scan_last_failed', '1 when the newest scan failed.', status === 'failed' ? 1 : 0),
    ...(finishedAt === null
      ? []
      : [gauge('evensong_scan_last_duration_seconds', 'How long it took.', (finishedAt - startedAt) / 1000)]),
    later,
  ];
};

const jobNumbers = ({ jobs }: Rooms): Family[] => {
  const list = jobs.list().map(({ name, runs, isRunning }) => ({
    job: name,
    isRunning,
    last: runs.find(({ state }) => state !== 'running'),
  }));
  const each = (value: (it: (typeof list)[number]) => number | undefined): Sample[] =>
    list.flatMap((it) => {
      const found = value(it);
      return found === undefined ? [] : [{ labels: { job: it.job }, value: found }];
    });
  return [
    gauge(
      'evensong_job_running',
      '1 while it runs.',
      each(({ isRunning }) => (isRunning ? 1 : 0)),
    ),
    gauge(
      'evensong_job_last_failed',
      '1 when its last run did not end well.',
      each(({ last }) => last && (last.state === 'done' ? 0 : 1)),
    ),
    gauge(
      'evensong_job_last_finished_timestamp_seconds',
      'When its last run ended.',
      each(({ last }) => (last?.finishedAt === undefined ? undefined : last.finishedAt / 1000)),
    ),
    gauge(
      'evensong_job_last_duration_seconds',
      'How long its last run took.',
      each(({ last }) => (last?.finishedAt === undefined ? undefined : (last.finishedAt - last.startedAt) / 1000)),
    ),
  ];
};

const diskNumbers = ({ folder }: Rooms): Family[] => {
  const { databaseBytes, freeBytes } = dataSpace(folder);
  return [
    gauge('evensong_database_bytes', 'The files of the database.', databaseBytes),
    gauge('evensong_data_free_bytes', 'What the disk of the data folder has left.', freeBytes),
  ];
};

export const houseNumbers = (rooms: Rooms): Family[] => [
  ...streamingNumbers(rooms),
  ...downloadNumbers(rooms),
  ...scanNumbers(rooms),
  ...jobNumbers(rooms),
  ...diskNumbers(rooms),
];
