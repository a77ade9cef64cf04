/*
 * What the API bench asks for, by name. Ids and cursors come from the lists themselves, as a client's would.
 */
export type Case = {
  name: string;
  paths: string[];
  headers?: Record<string, string>;
  /** Lists have a bar of their own: 0.6 of the floor, at either size. */
  list: boolean;
};

type Page = { items: { id: string; cover?: { id: string } | null }[]; next: string | null };
type Ask = <T>(path: string, body?: unknown) => Promise<T>;

export const askOf =
  (base: string, cookie: string): Ask =>
  async <T>(path: string, body?: unknown) => {
    const answer = await fetch(base + path, {
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };

/** The first pages of a list, as addresses, and what is on them. */
const walk = async (ask: Ask, path: string, count: number) => {
  const paths = [path];
  const items: Page['items'] = [];
  while (paths.length < count) {
    const page = await ask<Page>(paths.at(-1) ?? path);
    items.push(...page.items);
    if (!page.next) break;
    paths.push(`${path}&cursor=${page.next}`);
  }
  return { paths, items };
};

const spread = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** `covers` is how many of the first covers have a picture on disk. */
export const apiCases = async (ask: Ask, { covers }: { covers: number }): Promise<Case[]> => {
  const albums = await walk(ask, '/api/v1/albums?limit=50&sort=name', 30);
  const tracks = await walk(ask, '/api/v1/tracks?limit=100&sort=title', 30);
  const artists = await walk(ask, '/api/v1/artists?limit=50', 15);
  const newest = await walk(ask, '/api/v1/albums?limit=50&sort=-addedAt', 30);
  const trackIds = (await ask<Page>('/api/v1/tracks?limit=500&sort=title')).items.map(({ id }) => id);
  const { id: playlist } = await ask<{ id: string }>('/api/v1/playlists', { name: 'Five hundred', trackIds });
  const lists = [
    { name: 'album list of 50', paths: albums.paths },
    { name: 'albums, newest, 50', paths: newest.paths },
    { name: 'albums, one page again', paths: albums.paths.slice(0, 1) },
    { name: 'albums at random, 50', paths: spread('/api/v1/albums?limit=50&sort=random:', 200) },
    // More of them than all turns ask for: what a list costs when it was never asked for before.
    { name: 'albums, never asked before', paths: spread('/api/v1/albums?limit=50&sort=random:never', 30_000) },
    { name: 'tracks by title, 100', paths: tracks.paths },
    { name: 'artists index', paths: artists.paths },
    { name: 'playlist of 500', paths: [`/api/v1/playlists/${playlist}`] },
  ];
  const others = [
    { name: 'album page', paths: albums.items.slice(0, 200).map(({ id }) => `/api/v1/albums/${id}`) },
    { name: 'one track', paths: trackIds.slice(0, 500).map((id) => `/api/v1/tracks/${id}`) },
    {
      name: 'cover warm',
      paths: Array.from({ length: covers }, (_, i) => `/api/v1/covers/cov_${(i + 1).toString(36)}?size=256`),
      headers: { accept: 'image/webp,*/*' },
    },
    { name: 'range of 8 kB', paths: ['/api/v1/tracks/trk_1/file'], headers: { range: 'bytes=100000-108191' } },
  ];
  return [...lists.map((it) => ({ ...it, list: true })), ...others.map((it) => ({ ...it, list: false }))];
};
