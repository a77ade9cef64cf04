import { PlayButton, QueueButton, ShuffleButton } from '../parts/buttons.tsx';
import { LibraryViews } from '../parts/chips.tsx';
import { Empty } from '../parts/empty.tsx';
import { Notice } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { nextHref, Pager } from '../parts/pager.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { PageTitle } from '../parts/section.tsx';
import { t } from '../strings.ts';

export type FolderView = {
  id: string;
  name: string;
  trackCount?: number | null | undefined;
  /** False while the disk it lies on is away. */
  connected: boolean;
};

export type FoldersPageProps = { folders: readonly FolderView[] };

/** The folders the library is made of, as they lie on disk. */
export const FoldersPage = ({ folders }: FoldersPageProps) => (
  <>
    <div class="stack">
      <PageTitle title={t.library.folders} />
      <LibraryViews at="folders" />
    </div>
    {folders.length ? (
      <ol class="tracks" aria-label={t.library.folders}>
        {folders.map((folder) => (
          <FolderRow folder={folder} note={folder.connected ? undefined : t.folder.notConnected} />
        ))}
      </ol>
    ) : (
      <Empty icon="folder" title={t.home.emptyTitle} text={t.home.emptyText} />
    )}
  </>
);

const FolderRow = ({ folder, note }: { folder: FolderView; note?: string | undefined }) => (
  <li class="tr dir">
    <Icon name="folder" />
    <div class="names">
      <div class="t">
        <a href={`/folders/${folder.id}`} dir="auto">
          {folder.name}
        </a>
      </div>
    </div>
    <div class="end">
      {note ? <span class="badge plain warn">{note}</span> : undefined}
      {folder.trackCount ? <span class="faint">{t.track.songs(folder.trackCount)}</span> : undefined}
    </div>
  </li>
);

export type FolderPageProps = {
  folder: FolderView;
  /** From the root down to the folder that holds this one. */
  parents: readonly { id: string; name: string }[];
  folders: readonly FolderView[];
  foldersNext?: string | null | undefined;
  tracks: readonly RowTrack[];
  next: string | null;
  offset: number;
};

export const FolderPage = ({ folder, parents, folders, foldersNext, tracks, next, offset }: FolderPageProps) => (
  <>
    <div class="stack">
      <Crumbs parents={parents} />
      <PageTitle title={folder.name} />
      {folder.connected ? undefined : <Notice kind="warn">{t.folder.away}</Notice>}
      {tracks.length ? (
        <div class="row">
          <PlayButton of={`folder:${folder.id}`} />
          <ShuffleButton of={`folder:${folder.id}`} />
          <QueueButton of={`folder:${folder.id}`} />
        </div>
      ) : undefined}
    </div>
    {folders.length || tracks.length ? undefined : (
      <Empty icon="folder-open" title={t.folder.emptyTitle} text={t.home.emptyText} />
    )}
    {folders.length ? (
      <ol class="tracks" id="folders" aria-label={t.folder.folders}>
        {folders.map((each) => (
          <FolderRow folder={each} />
        ))}
        {foldersNext ? (
          <Pager
            list="folders"
            href={`/folders/${folder.id}?folders=${encodeURIComponent(foldersNext)}`}
            what={t.library.folders}
          />
        ) : undefined}
      </ol>
    ) : undefined}
    {tracks.length ? (
      <ol class="tracks" id="items" aria-label={t.folder.songs}>
        {tracks.map((track, at) => (
          <TrackRow track={track} from={`folder:${folder.id}`} index={offset + at} lead="cover" album />
        ))}
        {next ? (
          <Pager
            href={`${nextHref(`/folders/${folder.id}`, {}, next)}&offset=${offset + tracks.length}`}
            what={t.library.songs}
          />
        ) : undefined}
      </ol>
    ) : undefined}
  </>
);

const Crumbs = ({ parents }: { parents: FolderPageProps['parents'] }) => (
  <nav class="crumbs small" aria-label={t.folder.parent}>
    <a href="/folders">{t.library.folders}</a>
    {parents.map((parent) => (
      <>
        <Icon name="chevron-right" />
        <a class="cut" href={`/folders/${parent.id}`} dir="auto">
          {parent.name}
        </a>
      </>
    ))}
  </nav>
);
