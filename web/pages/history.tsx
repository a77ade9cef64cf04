import type { Child } from 'hono/jsx';
import { Empty } from '../parts/empty.tsx';
import { nextHref, Pager } from '../parts/pager.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { PageTitle } from '../parts/section.tsx';
import { Sections } from '../parts/sections.tsx';
import { t } from '../strings.ts';

export type HistoryPlay = { track: RowTrack; when: string; skipped?: boolean | undefined };
export type HistoryPageProps = { plays: readonly HistoryPlay[]; next: string | null; administers: boolean };

/** What this listener played, the newest first. */
export const HistoryPage = ({ plays, next, administers }: HistoryPageProps): Child => (
  <>
    <PageTitle title={t.history.title} />
    <Sections at="history" administers={administers}>
      {plays.length ? (
        <ol class="tracks" id="items" aria-label={t.history.title}>
          {plays.map(({ track, when, skipped }) => (
            <TrackRow
              track={track}
              from={`track:${track.id}`}
              index={0}
              lead="cover"
              note={skipped ? `${when} · ${t.history.skipped}` : when}
            />
          ))}
          {next ? <Pager href={nextHref('/history', {}, next)} what={t.library.songs} /> : undefined}
        </ol>
      ) : (
        <Empty icon="history" title={t.history.emptyTitle} text={t.history.emptyText} />
      )}
    </Sections>
  </>
);
