/** What belongs to the song: what is played most of its artist, their other albums, and who is heard with them. */
import type { Api } from '../api.ts';
import { hueOf } from '../../parts/hue.ts';
import type { Player } from '../player.ts';
import { mainArtists, type Track } from '../track.ts';
import { make } from './dom.ts';
import type { Place } from './drawers.ts';
import { markPlaying } from './hooks.ts';
import { laterWords as words } from './later-words.ts';
import { songRow } from './song-row.ts';

type Cover = { id: string; tint?: string | number | null } | null;
type Artist = {
  name: string;
  albums: readonly { id: string; title: string; year?: number | null; cover: Cover }[];
  similar: readonly { id: string; name: string }[];
  topTracks: readonly Track[];
};

const SONGS = 6;
const ALBUMS = 8;

export function openRelated({ body, isOpen }: Place, { player, api }: { player: Player; api: Api }): () => void {
  let shown = '';
  const say = (text: string): void => body.replaceChildren(make('p', { class: 'dim small' }, text));
  const draw = async (): Promise<void> => {
    const track = player.current()?.track;
    const artist = track && mainArtists(track)[0];
    const key = artist ? `${artist.id} ${track.album?.id}` : '';
    if (!artist) return say(words.nothingPlays);
    if (shown === key) return;
    shown = key;
    const answer = await api.get<Artist>(`/artists/${encodeURIComponent(artist.id)}`);
    if (shown !== key) return;
    const sections = answer.ok ? sectionsOf(answer.data, artist.id, track) : [];
    if (sections.length === 0) return say(words.nothingRelated(artist.name));
    const focused = document.activeElement?.closest<HTMLElement>('[data-track]')?.dataset['track'];
    body.replaceChildren(...sections);
    markPlaying(player);
    if (focused) body.querySelector<HTMLElement>(`[data-track="${CSS.escape(focused)}"] .lead`)?.focus();
  };
  player.on('track', () => isOpen() && void draw());
  return () => void draw();
}

function sectionsOf({ name, albums, similar, topTracks }: Artist, artistId: string, track: Track): HTMLElement[] {
  const songs = topTracks.slice(0, SONGS);
  const others = albums.filter(({ id }) => id !== track.album?.id).slice(0, ALBUMS);
  const section = (title: string, ...inside: HTMLElement[]): HTMLElement =>
    make('section', {}, make('h3', { dir: 'auto' }, title), ...inside);
  const row = (song: Track): HTMLElement => {
    const element = songRow(song, { play: { 'data-play': `artist:${artistId}` } });
    element.dataset['track'] = song.id;
    return element;
  };
  return [
    songs.length && section(words.mostPlayedOf(name), make('ol', { class: 'tracks' }, ...songs.map(row))),
    others.length && section(words.moreBy(name), make('ul', { class: 'records' }, ...others.map(record))),
    similar.length &&
      section(
        words.alsoWith,
        make(
          'div',
          { class: 'row' },
          ...similar.map((it) => make('a', { class: 'chip', href: `/artists/${it.id}` }, it.name)),
        ),
      ),
  ].filter((it) => it instanceof HTMLElement);
}

function record({ id, title, year, cover }: Artist['albums'][number]): HTMLElement {
  const picture = cover
    ? make('img', { src: `/api/v1/covers/${cover.id}?size=256`, alt: '', width: 144, height: 144, loading: 'lazy' })
    : make('span', { class: 'blank', 'data-n': title, 'aria-hidden': 'true' });
  const named = make('span', { class: 'cut', dir: 'auto' }, title);
  const when = year ? make('span', { class: 'small dim num' }, String(year)) : undefined;
  const link = make(
    'a',
    { href: `/albums/${id}`, 'data-tint': String(cover?.tint ?? hueOf(title)) },
    picture,
    named,
    when,
  );
  return make('li', {}, link);
}
