/**
 * What a page names (`album:alb_x`, `tracks:liked`) as tracks, page by page: playing starts with the first page, the queue is
 * filled with the rest meanwhile.
 */
import type { Api } from '../api.ts';
import type { Track } from '../track.ts';

export type Sources = {
  /** Ends early, without a word, when the server does not answer: what was read so far plays. */
  read(source: string): AsyncGenerator<Track[]>;
  /** A name for "Continuing from …"; empty where there is none. */
  nameOf(source: string): Promise<string>;
};

type Page<T> = { items: T[]; next?: string | null };
type Folder = { tracks?: Track[] | Page<Track> };

const PAGE_SIZE = 500;
/** Enough for days; the deck was measured with it. */
export const MOST_ENTRIES = 5000;

/** Kind and the rest: `tracks:genre=gen_x` has everything behind the first colon. */
export function splitSource(source: string): { kind: string; rest: string } {
  const colon = source.indexOf(':');
  return colon < 0 ? { kind: source, rest: '' } : { kind: source.slice(0, colon), rest: source.slice(colon + 1) };
}

/** The list a source is, as a path of the API; undefined where it is no list. */
export function listPath(source: string): string | undefined {
  const { kind, rest } = splitSource(source);
  const id = encodeURIComponent(rest);
  switch (kind) {
    case 'artist':
      return `/tracks?artist=${id}`;
    case 'genre':
      return `/tracks?genre=${id}`;
    case 'playlist':
      return `/playlists/${id}/entries?`;
    case 'tracks':
      return rest === 'liked' ? '/tracks?liked=true' : `/tracks?${rest}`;
    default:
      return undefined;
  }
}

export function createSources(api: Api): Sources {
  const names = new Map<string, string>();
  return {
    async *read(source) {
      const path = listPath(source);
      if (path) yield* readPages(api, path);
      else yield await readWhole(api, source);
    },
    async nameOf(source) {
      const known = names.get(source);
      if (known !== undefined) return known;
      const { kind, rest } = splitSource(source);
      if (!['album', 'artist', 'playlist', 'genre', 'folder'].includes(kind)) return '';
      const answer = await api.get<{ name?: string; title?: string }>(`/${kind}s/${encodeURIComponent(rest)}`);
      const name = answer.ok ? (answer.data.title ?? answer.data.name ?? '') : '';
      names.set(source, name);
      return name;
    },
  };
}

async function* readPages(api: Api, path: string): AsyncGenerator<Track[]> {
  let cursor = '';
  for (let read = 0; read < MOST_ENTRIES; read += PAGE_SIZE) {
    const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const answer = await api.get<Page<Track | { track: Track | null }>>(
      `${path}&limit=${PAGE_SIZE}${more}`.replace('?&', '?'),
    );
    if (!answer.ok) return;
    yield answer.data.items.flatMap((item) => ('track' in item ? (item.track ?? []) : item));
    if (!answer.data.next) return;
    cursor = answer.data.next;
  }
}

async function readWhole(api: Api, source: string): Promise<Track[]> {
  const { kind, rest } = splitSource(source);
  const id = encodeURIComponent(rest);
  if (kind === 'track') {
    const answer = await api.get<Track>(`/tracks/${id}`);
    return answer.ok ? [answer.data] : [];
  }
  if (kind === 'album') {
    const answer = await api.get<{ discs: { tracks: Track[] }[] }>(`/albums/${id}`);
    return answer.ok ? answer.data.discs.flatMap(({ tracks }) => tracks) : [];
  }
  if (kind === 'folder') {
    const answer = await api.get<Folder>(`/folders/${id}`);
    const tracks = answer.ok ? answer.data.tracks : undefined;
    return Array.isArray(tracks) ? tracks : (tracks?.items ?? []);
  }
  return [];
}
