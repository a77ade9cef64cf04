import type { IconName } from '../assets/icons.ts';
import { DemoOffer } from '../parts/demo-offer.tsx';
import { Field, Notice } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Meter } from '../parts/meter.tsx';
import { Panel, Table } from '../parts/panel.tsx';
import { ScanPanel } from '../parts/scan-panel.tsx';
import type { ScanView } from '../parts/scan-panel.tsx';
import { PageTitle } from '../parts/section.tsx';
import { Sections } from '../parts/sections.tsx';
import { sizeText, whenText } from '../parts/time.ts';
import type { Instant } from '../parts/time.ts';
import { t } from '../strings.ts';
import { ScanButton } from './scans.tsx';

export type CheckView = { name: string; state: 'ok' | 'warn' | 'bad'; text?: string | undefined };
export type RootView = {
  id: string;
  name: string;
  path: string;
  state: string;
  trackCount: number;
  albumCount: number;
};
export type JobView = {
  name: string;
  title: string;
  schedule: string;
  lastRunAt?: Instant | null | undefined;
  outcome?: string | null | undefined;
  summary?: string | null | undefined;
};
export type StorageView = { name: string; usedBytes: number; ofBytes?: number | undefined };
export type BackupView = { name: string; madeAt: Instant; sizeBytes: number };

export type SearchView = {
  source: 'none' | 'server' | 'child';
  on: boolean;
  state: 'off' | 'filling' | 'ok' | 'fallback';
  version: string | undefined;
  why: string | undefined;
};

export type ServerPageProps = {
  checks: readonly CheckView[];
  roots: readonly RootView[];
  scan?: ScanView | undefined;
  jobs: readonly JobView[];
  search: SearchView;
  storage: readonly StorageView[];
  backups: readonly BackupView[];
  version: string;
  folder?: { path: string; problem: string } | undefined;
  mayMakeDemo: boolean;
  notice?: string | undefined;
  nowMs: number;
};

/** The owner's page: what is wrong now comes first. */
export const ServerPage = (props: ServerPageProps) => (
  <>
    <PageTitle title={t.server.title} total={t.server.version(props.version)} />
    <Sections at="server" administers>
      <Follow scan={props.scan} />
      {props.notice ? <Notice kind="ok">{props.notice}</Notice> : undefined}
      <Health checks={props.checks} />
      <Roots {...props} />
      {props.jobs.length ? <Jobs {...props} /> : undefined}
      {props.search.source === 'none' ? undefined : <SearchEngines search={props.search} />}
      {props.storage.length ? <Storage storage={props.storage} /> : undefined}
      <Backups {...props} />
    </Sections>
  </>
);

const LIVE = ['health', 'roots', 'jobs', 'search', 'storage', 'backups'] as const;

/** Asks for the page again and again, and takes from it what tells how things are: a field half filled in is left alone. */
const Follow = ({ scan }: Pick<ServerPageProps, 'scan'>) => (
  <div
    id="follow"
    hidden
    hx-get="/server"
    hx-trigger={scan?.status === 'running' ? 'every 1s' : 'every 5s'}
    hx-target="this"
    hx-select="#follow"
    hx-select-oob={LIVE.map((id) => `#${id}:outerMorph`).join(',')}
    hx-swap="outerHTML"
  />
);

const ICONS: Readonly<Record<CheckView['state'], IconName>> = {
  ok: 'circle-check',
  warn: 'circle-alert',
  bad: 'triangle-alert',
};

const Health = ({ checks }: Pick<ServerPageProps, 'checks'>) => {
  const wrong = checks.filter((check) => check.state !== 'ok').length;
  return (
    <Panel
      title={t.server.health}
      id="health"
      aside={
        <span class={wrong ? 'badge plain warn' : 'badge direct'}>
          {wrong ? t.server.needsYou(wrong) : t.server.allWell}
        </span>
      }
    >
      <ul class="checks">
        {checks.map((check) => (
          <li class={check.state}>
            <Icon name={ICONS[check.state]} />
            <b>{t.server.checks[check.name] ?? check.name}</b>
            <span class="dim">{check.text ?? t.server.states[check.state]}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
};

const Roots = ({ roots, scan, folder, mayMakeDemo }: ServerPageProps) => (
  <Panel
    title={t.server.roots}
    id="folders"
    aside={
      <a href="/scans" class="small dim">
        {t.server.scanDetails}
      </a>
    }
  >
    <div class="stack" id="roots">
      {scan ? <ScanPanel scan={scan} title={t.server.scan} /> : undefined}
      {roots.map((root) => (
        <Root root={root} />
      ))}
      <ScanButton scan={scan} />
    </div>
    <form class="inline" method="post" action="/server/folders">
      <Field
        id="folder-path"
        label={t.server.folderPath}
        error={folder?.problem}
        input={{
          name: 'path',
          value: folder?.path,
          required: true,
          maxlength: 4096,
          placeholder: t.setup.folderPlaceholder,
          autocomplete: 'off',
          spellcheck: 'false',
        }}
      />
      <button class="btn line" type="submit">
        <Icon name="plus" />
        {t.server.addFolder}
      </button>
    </form>
    {mayMakeDemo ? <DemoOffer /> : undefined}
  </Panel>
);

const Root = ({ root }: { root: RootView }) => (
  <div class="set">
    <div>
      <p class="row nowrap">
        <b class="cut" dir="auto">
          {root.name}
        </b>
        <span class={root.state === 'ok' ? 'badge direct' : 'badge plain warn'}>
          {t.server.rootStates[root.state] ?? root.state}
        </span>
      </p>
      <p class="cut" dir="auto">
        {root.path}
      </p>
      <p>{t.server.rootTracks(root.trackCount)}</p>
      {root.state === 'ok' ? undefined : (
        <p class="warn">
          {root.state === 'held' ? t.server.rootHeld(root.name) : t.server.rootKept(root.name, root.albumCount)}
        </p>
      )}
    </div>
    {root.state === 'held' ? (
      <form method="post" action={`/server/folders/${root.id}/accept`}>
        <button class="chip" type="submit" aria-label={t.server.acceptGoneOf(root.name)}>
          {t.server.acceptGone}
        </button>
      </form>
    ) : undefined}
    <form method="post" action={`/server/folders/${root.id}/remove`}>
      <button class="chip" type="submit" aria-label={t.server.removeRoot(root.name)} title={t.server.removeHelp}>
        {t.server.remove}
      </button>
    </form>
  </div>
);

const Jobs = ({ jobs, nowMs }: ServerPageProps) => (
  <Panel title={t.server.jobs} id="jobs">
    <Table
      label={t.server.jobs}
      columns={[
        { title: t.server.job },
        { title: t.server.lastRun, optional: true },
        { title: t.server.outcome },
        { title: t.server.runNow, hidden: true },
      ]}
    >
      {jobs.map((job) => (
        <tr>
          <td>
            {job.title}
            <p class="small dim">{job.schedule}</p>
          </td>
          <td class="opt dim">{job.lastRunAt ? whenText(job.lastRunAt, nowMs) : t.server.never}</td>
          <td class="dim path-cell">
            {job.summary ?? (job.outcome ? (t.server.jobStates[job.outcome] ?? job.outcome) : t.server.never)}
          </td>
          <td>
            <form method="post" action={`/server/jobs/${job.name}/run`}>
              <button class="chip" type="submit" aria-label={t.server.runJob(job.title)}>
                {t.server.runNow}
              </button>
            </form>
          </td>
        </tr>
      ))}
    </Table>
  </Panel>
);

const SearchEngines = ({ search }: Pick<ServerPageProps, 'search'>) => (
  <Panel title={t.server.search} id="search">
    <div class="set">
      <div>
        <p class="row nowrap">
          <b>{t.server.searchStates[search.state]}</b>
          {search.version ? <span class="small dim num">{search.version}</span> : undefined}
        </p>
        <p>{search.source === 'server' ? t.server.searchElsewhere : t.server.searchText}</p>
        {search.why ? <p class="warn">{search.why}</p> : undefined}
      </div>
      {search.source === 'child' ? (
        <form method="post" action="/server/search">
          <button class="chip" type="submit" name="meilisearch" value={search.on ? 'off' : 'on'}>
            {search.on ? t.server.meilisearchOff : t.server.meilisearchOn}
          </button>
        </form>
      ) : undefined}
    </div>
  </Panel>
);

const Storage = ({ storage }: Pick<ServerPageProps, 'storage'>) => (
  <Panel title={t.server.storage} id="storage">
    {storage.map((each) => (
      <div class="stack snug">
        <p class="row">
          <b>{each.name}</b>
          <span class="small dim push num">
            {each.ofBytes ? t.server.used(sizeText(each.usedBytes), sizeText(each.ofBytes)) : sizeText(each.usedBytes)}
          </span>
        </p>
        {each.ofBytes ? <Meter done={each.usedBytes / each.ofBytes} /> : undefined}
      </div>
    ))}
  </Panel>
);

const Backups = ({ backups, nowMs }: ServerPageProps) => (
  <Panel title={t.server.backups} id="backups">
    <p class="small dim">{t.server.backupsText}</p>
    {backups.length ? (
      <Table label={t.server.backups} columns={[{ title: t.server.made }, { title: t.server.size }]}>
        {backups.map((backup) => (
          <tr>
            <td>{whenText(backup.madeAt, nowMs)}</td>
            <td class="dim num">{sizeText(backup.sizeBytes)}</td>
          </tr>
        ))}
      </Table>
    ) : (
      <p class="dim">{t.server.noBackups}</p>
    )}
  </Panel>
);
