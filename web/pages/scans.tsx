import { ScanPanel } from '../parts/scan-panel.tsx';
import type { ScanView } from '../parts/scan-panel.tsx';
import { Icon } from '../parts/icon.tsx';
import { Panel, Table } from '../parts/panel.tsx';
import { nextHref } from '../parts/pager.tsx';
import { PageTitle } from '../parts/section.tsx';
import { Sections } from '../parts/sections.tsx';
import { whenText } from '../parts/time.ts';
import { t } from '../strings.ts';
import { number } from '../strings/count.ts';

export type ScanIssueView = { path: string; root?: string | undefined; detail: string };

export type ScansPageProps = {
  /** The newest scan, running or not. */
  scan?: ScanView | undefined;
  rootNames: readonly string[];
  /** Undefined: not for this person's eyes. `next` is the cursor of more. */
  found?: { issues: readonly ScanIssueView[]; issuesTotal: number; next: string | null } | undefined;
  earlier: readonly (ScanView & { reason: string })[];
  mayScan: boolean;
  nowMs: number;
};

const busy = (scan: ScanView): boolean =>
  scan.status === 'running' || scan.phases.some((phase) => phase.of !== null && phase.done < phase.of);

export const ScansPage = (props: ScansPageProps) => (
  <>
    <PageTitle title={t.scan.title} />
    <Sections at="scan" administers={props.mayScan}>
      <LiveScan {...props} />
      {props.found ? <Issues {...props.found} /> : undefined}
      {props.earlier.length ? <Earlier {...props} /> : undefined}
    </Sections>
  </>
);

/** Asks for itself again while the scan goes on. */
const LiveScan = ({ scan, rootNames, mayScan }: ScansPageProps) => (
  <div
    id="scan"
    hx-get={scan && busy(scan) ? '/scans' : undefined}
    hx-trigger="every 1s"
    hx-target="this"
    hx-select="#scan"
    hx-select-oob="#issues:outerMorph"
    hx-swap="outerMorph"
  >
    {scan ? (
      <ScanPanel scan={scan} title={rootNames.join(', ') || t.scan.running}>
        {mayScan ? <ScanButton scan={scan} /> : undefined}
      </ScanPanel>
    ) : (
      <Panel title={t.scan.progress}>
        <p class="dim">{t.scan.none}</p>
        {mayScan ? <ScanButton /> : undefined}
      </Panel>
    )}
  </div>
);

export const ScanButton = ({ scan }: { scan?: ScanView | undefined }) =>
  scan?.status === 'running' ? (
    <form class="row" method="post" action={`/scans/${scan.id}/stop`}>
      <button class="btn" type="submit">
        {t.scan.stop}
      </button>
    </form>
  ) : (
    <form class="row" method="post" action="/scans">
      <button class="btn" type="submit">
        <Icon name="refresh-cw" />
        {t.scan.start}
      </button>
    </form>
  );

const Issues = ({ issues, issuesTotal, next }: NonNullable<ScansPageProps['found']>) => (
  <Panel
    title={t.scan.issues}
    id="issues"
    aside={issuesTotal ? <span class="num faint">{number(issuesTotal)}</span> : ''}
  >
    {issues.length ? (
      <>
        <p class="small dim">{t.scan.issuesText}</p>
        <Table label={t.scan.issues} stacks columns={[{ title: t.scan.file }, { title: t.scan.reason }]}>
          {issues.map((issue) => (
            <tr>
              <td class="path-cell" dir="auto">
                {issue.root ? `${issue.root}/` : ''}
                {issue.path}
              </td>
              <td class="start">{issue.detail}</td>
            </tr>
          ))}
        </Table>
        {next ? (
          <a class="btn" href={nextHref('/scans', {}, next)}>
            {t.act.showMore}
          </a>
        ) : undefined}
      </>
    ) : (
      <p class="dim">{t.scan.noIssues}</p>
    )}
  </Panel>
);

const Earlier = ({ earlier, nowMs }: ScansPageProps) => (
  <Panel title={t.scan.earlier}>
    <Table
      label={t.scan.earlier}
      columns={[
        { title: t.scan.when },
        { title: t.scan.reason, optional: true },
        { title: t.scan.found, optional: true },
        { title: t.scan.outcome },
      ]}
    >
      {earlier.map((scan) => (
        <tr>
          <td>{whenText(scan.startedAt, nowMs)}</td>
          <td class="opt dim">{t.scan.reasons[scan.reason] ?? scan.reason}</td>
          <td class="opt dim">{t.scan.foundText(scan)}</td>
          <td>
            <span class="badge plain">{t.scan.status[scan.status]}</span>
          </td>
        </tr>
      ))}
    </Table>
  </Panel>
);
