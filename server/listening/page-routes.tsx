/** Home and history: what this listener did, and what to do next. */
import { z } from 'zod';
import { HomePage } from '../../web/pages/home.tsx';
import { HistoryPage } from '../../web/pages/history.tsx';
import { whenText } from '../../web/parts/time.ts';
import { t } from '../../web/strings.ts';
import { mayAdminister, page, route, type Route, type Viewer } from '../http/index.ts';
import type { Clock } from '../kit/index.ts';
import type { Library } from '../library/index.ts';
import type { Listening } from './service.ts';

export type ListeningPageNeeds = {
  listening: Listening;
  library: Library;
  clock: Pick<Clock, 'now'>;
  /** Whether the demo library may be offered where there is no music. */
  mayMakeDemo: () => boolean;
};

const SHELF = 14;
const HISTORY = 50;
const OK = { 200: 'The page.' };

const albumsBy = (library: Library, viewer: Viewer, sort: string) =>
  library.list('albums', { limit: SHELF, sort, filters: sort === '-likedAt' ? { liked: 1 } : {} }, viewer);

const resumeOf = ({ listening, library, clock }: ListeningPageNeeds, viewer: Viewer) => {
  const stopped = listening.resume(viewer);
  const track = stopped && library.track(stopped.entry.trackId, viewer);
  if (!stopped || !track || track.missing) return undefined;
  const when = whenText(stopped.updatedAtMs, clock.now());
  const where = stopped.device === undefined ? t.home.stopped(when) : t.home.stoppedOn(stopped.device, when);
  return { track, positionMs: stopped.positionMs, where };
};

const DAY_MS = 86_400_000;
const LONG_AGO_MS = 60 * DAY_MS;
const LOOKED_AT = 120;

/** Another order each day, the same all day: a cheap mix of the day and the id. */
const turnOf = (id: string, day: number): number =>
  Array.from(`${id}${day}`).reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 99_991, 7);

/** Albums this listener came back to and has not heard for two months, the most played of the longest unheard first. */
const rediscoverOf = ({ library, clock }: ListeningPageNeeds, viewer: Viewer) => {
  const nowMs = clock.now();
  const day = Math.floor(nowMs / DAY_MS);
  const ask = { limit: LOOKED_AT, sort: 'lastPlayedAt', filters: {} };
  return library
    .list('albums', ask, viewer)
    .items.filter((album) => album.missingCount < album.trackCount)
    .flatMap((album) => {
      const row = library.resolve('albums', album.id, viewer) ?? 0;
      const heardMs = library.marks.get({ userId: viewer.userId, kind: 'albums', id: row }).lastPlayedAtMs ?? nowMs;
      return nowMs - heardMs >= LONG_AGO_MS ? [{ album, note: t.home.lastHeard(whenText(heardMs, nowMs)) }] : [];
    })
    .toSorted((one, other) => turnOf(one.album.id, day) - turnOf(other.album.id, day))
    .slice(0, SHELF);
};

const home = (needs: ListeningPageNeeds, viewer: Viewer) => {
  const { library, clock } = needs;
  const added = albumsBy(library, viewer, '-addedAt');
  const lately = albumsBy(library, viewer, '-lastPlayedAt').items;
  return (
    <HomePage
      name={viewer.name}
      hour={new Date(clock.now()).getHours()}
      resume={resumeOf(needs, viewer)}
      recentlyPlayed={lately.slice(0, 4)}
      recentlyAdded={added.items}
      mostPlayed={library.list('tracks', { limit: 6, sort: '-playCount', filters: {} }, viewer).items}
      liked={albumsBy(library, viewer, '-likedAt').items}
      rediscover={rediscoverOf(needs, viewer)}
      empty={added.items.length === 0}
      mayAddFolders={mayAdminister(viewer)}
      mayMakeDemo={mayAdminister(viewer) && needs.mayMakeDemo()}
    />
  );
};

export const createListeningPages = (needs: ListeningPageNeeds): Route[] => [
  route({ method: 'get', path: '/', kind: 'page', who: 'user', summary: 'Home.', answers: OK }, (call) =>
    page(call, { title: t.home.title, body: home(needs, call.viewer) }),
  ),
  route(
    {
      method: 'get',
      path: '/history',
      kind: 'page',
      who: 'user',
      owner: 'your own plays',
      summary: 'What you have played.',
      query: {
        cursor: z
          .string()
          .regex(/^\d{1,16}\.\d{1,16}$/)
          .optional(),
      },
      answers: OK,
    },
    (call) => {
      const { viewer } = call;
      const [at, seq] = (call.query.cursor ?? '').split('.').map(Number);
      const behind = at === undefined || seq === undefined ? undefined : ([at, seq] as const);
      const rows = needs.listening.history(viewer, HISTORY, behind);
      const last = rows.length === HISTORY ? rows.at(-1) : undefined;
      const plays = rows.flatMap((play) => {
        const track = needs.library.tracks([play.trackId], viewer)[0];
        const when = whenText(play.startedAtMs, needs.clock.now());
        return track ? [{ track, when, skipped: play.outcome === 'skipped' }] : [];
      });
      const next = last ? `${last.startedAtMs}.${last.seq}` : null;
      return page(call, {
        title: t.history.title,
        body: <HistoryPage plays={plays} next={next} administers={mayAdminister(viewer)} />,
      });
    },
  ),
];
