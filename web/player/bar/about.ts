/** What the song is: who made it, where it stands, how often it was heard, what its file is. */
import type { Api } from '../api.ts';
import type { Player } from '../player.ts';
import type { Track } from '../track.ts';
import { starAttributes } from '../page/stars.ts';
import { make } from './dom.ts';
import type { Place } from './drawers.ts';
import { laterWords as words } from './later-words.ts';

/** As GET /api/v1/tracks/{id} answers, beyond what the player plays by. `path` is told to who may know it. */
type Whole = Track & {
  discNumber?: number | null;
  trackNumber?: number | null;
  year?: number | null;
  genres?: readonly string[];
  playCount?: number;
  rating?: number | null;
  lastPlayedAt?: string | null;
  addedAt?: string;
  sizeBytes?: number | null;
  path?: string;
};

type Fact = [name: string, ...value: (string | Node)[]];

export function openAbout({ body, isOpen }: Place, { player, api }: { player: Player; api: Api }): () => void {
  const draw = async (): Promise<void> => {
    const track = player.current()?.track;
    if (!track) return body.replaceChildren(make('p', { class: 'dim small' }, words.nothingPlays));
    const answer = await api.get<Whole>(`/tracks/${encodeURIComponent(track.id)}`);
    if (player.current()?.track.id !== track.id) return;
    const facts = factsOf(answer.ok ? { ...track, ...answer.data } : track).map(([name, ...value]) =>
      make('div', {}, make('dt', { class: 'dim' }, name), make('dd', { dir: 'auto' }, ...value)),
    );
    body.replaceChildren(make('dl', { class: 'record-facts' }, ...facts));
  };
  player.on('track', () => isOpen() && void draw());
  return () => void draw();
}

const day = (iso: string): string => new Date(iso).toLocaleDateString(undefined, { dateStyle: 'long' });

function factsOf(track: Whole): Fact[] {
  const { facts } = words;
  const { album, trackNumber, discNumber, year, genres, playCount, lastPlayedAt, addedAt, sizeBytes, path } = track;
  const known: (Fact | undefined)[] = [
    ...peopleOf(track),
    [facts.stars, starsFor(track)],
    album ? [facts.album, make('a', { href: `/albums/${album.id}` }, album.title)] : undefined,
    trackNumber ? [facts.place, words.onDisc(trackNumber, discNumber ?? 1)] : undefined,
    year ? [facts.year, String(year)] : undefined,
    genres?.length ? [facts.genres, genres.join(', ')] : undefined,
    playCount ? [facts.plays, String(playCount)] : undefined,
    lastPlayedAt ? [facts.lastPlayed, day(lastPlayedAt)] : undefined,
    addedAt ? [facts.added, day(addedAt)] : undefined,
    sizeBytes ? [facts.size, words.megabytes(sizeBytes)] : undefined,
    path ? [facts.path, path] : undefined,
  ];
  return known.filter((it) => it !== undefined);
}

const starsFor = ({ id, title, rating }: Whole): Node =>
  make('input', {
    type: 'range',
    class: 'stars',
    min: 0,
    max: 5,
    value: rating ?? 0,
    'data-rate': `tracks:${id}`,
    'aria-label': words.rateTitle(title),
    ...starAttributes(rating ?? 0),
  });

/** Everybody once per part they had. */
function peopleOf({ artists }: Track): Fact[] {
  const byRole = new Map<string, Node[]>();
  for (const { id, name, role = 'artist' } of artists) {
    const people = byRole.get(role) ?? [];
    byRole.set(role, [
      ...people,
      ...(people.length ? [new Text(', ')] : []),
      make('a', { href: `/artists/${id}` }, name),
    ]);
  }
  return [...byRole].map(([role, people]) => [words.roles[role] ?? role, ...people]);
}
