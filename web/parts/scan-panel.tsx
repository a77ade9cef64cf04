import type { Child } from 'hono/jsx';
import { t } from '../strings.ts';
import { number } from '../strings/count.ts';
import { Meter, Stats } from './meter.tsx';
import { longTime } from './time.ts';

export type ScanPhase = { name: string; done: number; of: number | null };

export type ScanView = {
  id: string;
  status: string;
  startedAt: string | number;
  finishedAt?: string | number | null | undefined;
  seen: number;
  added: number;
  changed: number;
  moved: number;
  missing: number;
  unreadable: number;
  etaMs?: number | null | undefined;
  phases: readonly ScanPhase[];
};

export type LibraryTotals = { tracks: number; albums: number; artists: number };

/** The phase that is worth showing: the first that is not finished, else the last. */
export const phaseNow = (phases: readonly ScanPhase[]): ScanPhase | undefined =>
  phases.find((phase) => phase.of === null || phase.done < phase.of) ?? phases.at(-1);

type ScanPanelProps = { scan: ScanView; totals?: LibraryTotals | undefined; title: string; children?: Child };

/** Bar, numbers, what needs a look. Asked for again every second while the scan runs. */
export const ScanPanel = ({ scan, totals, title, children }: ScanPanelProps) => {
  const phase = phaseNow(scan.phases);
  const running = scan.status === 'running' || scan.phases.some((each) => each.of !== null && each.done < each.of);
  const share = phase?.of ? phase.done / phase.of : running ? 0 : 1;
  return (
    <section class="panel" aria-label={t.scan.progress}>
      <div class="row">
        <b class="cut">{title}</b>
        <span class="small dim push num">{running ? progressText(scan, phase) : t.scan.status[scan.status]}</span>
      </div>
      <Meter done={share} />
      <Stats stats={totals ? totalStats(totals, scan) : changeStats(scan)} live />
      {children}
    </section>
  );
};

const progressText = (scan: ScanView, phase: ScanPhase | undefined): string => {
  const name = phase ? (t.scan.phases[phase.name] ?? phase.name) : t.scan.running;
  if (scan.etaMs) return `${name}, ${t.scan.left(longTime(scan.etaMs))}`;
  return phase?.of ? `${name}, ${t.scan.percent(Math.floor((100 * phase.done) / phase.of))}` : name;
};

const lookStat = (scan: ScanView) => ({
  label: t.scan.needALook,
  value: number(scan.unreadable),
  warn: scan.unreadable > 0,
});

const totalStats = (totals: LibraryTotals, scan: ScanView) => [
  { label: t.scan.songs, value: number(totals.tracks) },
  { label: t.scan.albums, value: number(totals.albums) },
  { label: t.scan.artists, value: number(totals.artists) },
  lookStat(scan),
];

const changeStats = (scan: ScanView) => [
  { label: t.scan.seen, value: number(scan.seen) },
  { label: t.scan.new, value: number(scan.added) },
  { label: t.scan.changed, value: number(scan.changed) },
  { label: t.scan.moved, value: number(scan.moved) },
  { label: t.scan.missing, value: number(scan.missing), warn: scan.missing > 0 },
  lookStat(scan),
];
