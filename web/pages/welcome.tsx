import { Wordmark } from '../layout.tsx';
import { GoButton, LinkButton } from '../parts/buttons.tsx';
import type { CardAlbum } from '../parts/card.tsx';
import { Cover, tintOf } from '../parts/cover.tsx';
import { DemoOffer } from '../parts/demo-offer.tsx';
import { Field, Notice } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { ScanPanel } from '../parts/scan-panel.tsx';
import type { LibraryTotals, ScanView } from '../parts/scan-panel.tsx';
import { t } from '../strings.ts';

export type WelcomePageProps = {
  scan?: ScanView | undefined;
  totals: LibraryTotals;
  roots: readonly { id: string; name: string; path: string }[];
  /** Newest first. */
  arrived: readonly CardAlbum[];
  mayMakeDemo: boolean;
  /** It is being composed: half a minute before its first song is there. */
  makingDemo: boolean;
  path?: string | undefined;
  problem?: string | undefined;
};

const TILES = 25;

/** First run, step 2: choose folders, then watch the music come in; anything that has arrived can be played at once. */
export const WelcomePage = (props: WelcomePageProps) => {
  const { scan, totals } = props;
  const choosing = !totals.tracks && scan?.status !== 'running' && !props.makingDemo;
  return (
    <>
      <Wordmark />
      {choosing ? <Choose {...props} /> : <Coming {...props} />}
    </>
  );
};

const Choose = (props: WelcomePageProps) => (
  <div class="first">
    <div class="stack">
      <p class="small dim">{t.setup.step2}</p>
      <h1>{t.setup.folderHeading}</h1>
      <p class="dim">{t.setup.folderText}</p>
      <FolderForm {...props} />
      {props.roots.length ? <Roots roots={props.roots} /> : undefined}
    </div>
    {props.mayMakeDemo ? <DemoOffer /> : undefined}
  </div>
);

const FolderForm = ({ path, problem }: Pick<WelcomePageProps, 'path' | 'problem'>) => (
  <form class="panel" method="post" action="/welcome/folders">
    <Field
      id="path"
      label={t.setup.folderLabel}
      error={problem}
      input={{
        name: 'path',
        value: path,
        required: true,
        placeholder: t.setup.folderPlaceholder,
        autocomplete: 'off',
        spellcheck: 'false',
        maxlength: 4096,
      }}
    />
    <div class="row">
      <button class="btn main" type="submit">
        <Icon name="folder-plus" />
        {t.setup.folderAdd}
      </button>
    </div>
  </form>
);

const Roots = ({ roots }: Pick<WelcomePageProps, 'roots'>) => (
  <ul class="plain small dim" aria-label={t.setup.folders}>
    {roots.map((root) => (
      <li class="row nowrap">
        <Icon name="folder" />
        <span class="cut" dir="auto">
          {root.path}
        </span>
      </li>
    ))}
  </ul>
);

const Coming = (props: WelcomePageProps) => {
  const { scan, totals, roots, arrived, problem, makingDemo } = props;
  const running = makingDemo || scan?.status === 'running';
  return (
    <div
      class="first"
      id="coming"
      hx-get={running ? '/welcome' : undefined}
      hx-trigger="every 1s"
      hx-target="this"
      hx-select="#coming"
      hx-swap="outerMorph"
    >
      <div class="stack">
        <p class="small dim">{t.setup.step2}</p>
        <h1>{running ? t.setup.comingHeading : t.setup.hereHeading}</h1>
        <p class="dim">{running ? t.setup.comingText : t.setup.hereText}</p>
        {makingDemo ? <Notice kind="ok">{t.setup.demoMaking}</Notice> : undefined}
        {scan ? <ScanPanel scan={scan} totals={totals} title={roots.map((root) => root.name).join(', ')} /> : undefined}
        {problem ? <Notice kind="bad">{problem}</Notice> : undefined}
        <div class="row">
          <LinkButton href="/" text={t.setup.goToLibrary} main whole />
          <LinkButton href="/server#folders" text={t.setup.folderAnother} whole />
        </div>
        {scan?.unreadable ? (
          <p class="small dim links">
            {t.setup.unreadable(t.scan.issueCount(scan.unreadable))} <a href="/scans">{t.setup.seeThem}</a>
          </p>
        ) : undefined}
      </div>
      <Mosaic arrived={arrived} waiting={running} />
    </div>
  );
};

const Mosaic = ({ arrived, waiting }: { arrived: readonly CardAlbum[]; waiting: boolean }) => (
  <section aria-label={t.setup.justArrived}>
    <div class="head">
      <h2>{t.setup.justArrived}</h2>
      <span class="small dim num">{t.setup.newestFirst}</span>
    </div>
    <div class="mosaic">
      {arrived.slice(0, TILES).map((album) => (
        <div class="card" data-tint={tintOf(album.cover, album.title)} id={`tile-${album.id}`}>
          <div class="art">
            <Cover cover={album.cover} as="card" of={album.title} alt={album.title} />
            <GoButton of={`album:${album.id}`} title={album.title} />
          </div>
        </div>
      ))}
      {waiting
        ? Array.from({ length: Math.min(10, Math.max(0, TILES - arrived.length)) }, (_, at) => (
            <div class="art wait" data-tint={String((at * 5 + 3) % 24)} />
          ))
        : undefined}
    </div>
  </section>
);
