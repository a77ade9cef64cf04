/** "More for {title}": the same items in the same order wherever a thing is shown, by click, right click, long press or key. */
import type { Api } from '../api.ts';
import type { Navigation } from '../navigation.ts';
import type { Player } from '../player.ts';
import { splitSource, type Sources } from '../queue/sources.ts';
import { mainArtists, type Track } from '../track.ts';
import { button, icon, make } from './dom.ts';
import { popUp } from './popover.ts';
import { laterWords as words } from './later-words.ts';
import { downloadPath, takeAlong } from './take-along.ts';
import { words as takeWords } from './take-words.ts';
import { undo, type Toasts } from './toast.ts';

export type MenuNeeds = {
  player: Player;
  api: Api;
  sources: Sources;
  toasts: Toasts;
  navigation: Navigation;
  addToQueue(source: string, where: 'next' | 'end'): void;
  toggleLike(thing: string, liked: boolean): void;
};

type Entry = 'line' | { icon: string; name: string; key?: string; keepsOpen?: boolean; act(): void };
type Thing = { title: string; track: Track | undefined; artists: Track['artists']; liked: boolean | undefined };

export async function openMenu(needs: MenuNeeds, source: string, opener: HTMLElement): Promise<void> {
  if (opener.getAttribute('aria-expanded') === 'true') return;
  const thing = await readThing(needs, source);
  if (!opener.isConnected) return;
  const entry = opener.closest<HTMLElement>('[data-entry]')?.dataset['entry'];
  const menu = make('div', { class: 'menu', role: 'menu', 'aria-label': words.moreFor(thing.title) });
  fill(menu, itemsFor(needs, { source, thing, menu, entry, ofPlayer: opener.id === 'player-more' }));
  menu.addEventListener('keydown', (event) => onKey(event, menu));
  popUp(menu, opener);
  menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
}

async function readThing({ api, player }: MenuNeeds, source: string): Promise<Thing> {
  const { kind, rest } = splitSource(source);
  const playing = player.current()?.track;
  if (kind === 'track' && playing?.id === rest) return ofTrack(playing);
  const answer = await api.get<Track & { name?: string }>(`/${kind}s/${encodeURIComponent(rest)}`);
  if (!answer.ok) return { title: '', track: undefined, artists: [], liked: undefined };
  if (kind === 'track') return ofTrack(answer.data);
  const { title, name, artists, liked } = answer.data;
  return { title: title ?? name ?? '', track: undefined, artists: kind === 'album' ? (artists ?? []) : [], liked };
}

const ofTrack = (track: Track): Thing => ({
  title: track.title,
  track,
  artists: mainArtists(track),
  liked: track.liked,
});

type Asked = { source: string; thing: Thing; menu: HTMLElement; entry: string | undefined; ofPlayer: boolean };

function itemsFor(needs: MenuNeeds, asked: Asked): Entry[] {
  const { source, thing, entry } = asked;
  const { kind, rest } = splitSource(source);
  const items: Entry[] = [
    { icon: 'play', name: words.play, act: () => void needs.player.playSource(source) },
    { icon: 'list-start', name: words.playNext, act: () => needs.addToQueue(source, 'next') },
    { icon: 'list-end', name: words.addToQueue, key: 'Shift Enter', act: () => needs.addToQueue(source, 'end') },
    'line',
    { icon: 'plus', name: words.addToPlaylist, keepsOpen: true, act: () => void showPlaylists(needs, asked) },
  ];
  const { liked } = thing;
  if (liked !== undefined) {
    const name = liked ? words.unlike : words.like;
    items.push({ icon: 'heart', name, act: () => needs.toggleLike(`${kind}s:${rest}`, !liked) });
  }
  if (entry && entry !== needs.player.current()?.id) {
    items.push({ icon: 'x', name: words.removeFromQueue, act: () => removeEntry(needs, entry, thing.title) });
  }
  const album = thing.track?.album;
  if (album || thing.artists.length > 0) items.push('line');
  if (album)
    items.push({ icon: 'disc-3', name: words.goToAlbum, act: () => needs.navigation.go(`/albums/${album.id}`) });
  for (const { id, name } of thing.artists.slice(0, 4)) {
    items.push({ icon: 'user', name: words.goTo(name), act: () => needs.navigation.go(`/artists/${id}`) });
  }
  const download = downloadPath(kind, rest);
  if (download)
    items.push('line', {
      icon: 'download',
      name: takeWords.download,
      keepsOpen: true,
      act: () => showDownloads(needs, asked, download),
    });
  if (asked.ofPlayer)
    items.push('line', {
      icon: 'clock',
      name: words.sleep,
      keepsOpen: true,
      act: () => showBedtimes(needs, asked.menu),
    });
  return items;
}

function showDownloads(needs: MenuNeeds, { menu, thing }: Asked, path: string): void {
  const entry = (as: 'original' | 'aac', name: string): Entry => ({
    icon: 'download',
    name,
    act: () => void takeAlong(needs, { path, as, title: thing.title }),
  });
  fill(menu, [entry('original', takeWords.asItIs), entry('aac', takeWords.asAac)]);
  menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
}

const BEDTIMES = ['off', 'track', 15, 30, 45, 60] as const;

function showBedtimes({ player, toasts }: MenuNeeds, menu: HTMLElement): void {
  const nameOf = (bedtime: (typeof BEDTIMES)[number]): string =>
    bedtime === 'off' ? words.sleepOff : bedtime === 'track' ? words.sleepTrack : words.sleepIn(bedtime);
  const choices = BEDTIMES.filter((bedtime) => bedtime !== 'off' || player.state().sleep !== undefined);
  const items = choices.map((bedtime): Entry => ({
    icon: bedtime === 'off' ? 'x' : 'clock',
    name: nameOf(bedtime),
    act() {
      player.sleep(bedtime);
      toasts.show(typeof bedtime === 'number' ? words.sleepSetIn(bedtime) : words.sleepSet[bedtime]);
    },
  }));
  fill(menu, items);
  menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
}

function removeEntry({ player, toasts }: MenuNeeds, entry: string, title: string): void {
  toasts.show(words.removedFromQueue(title), undo(player.remove(entry)));
}

function fill(menu: HTMLElement, entries: readonly Entry[]): void {
  menu.replaceChildren(
    ...entries.map((entry) => {
      if (entry === 'line') return make('hr');
      const key = entry.key ? make('kbd', { 'aria-hidden': 'true' }, entry.key) : undefined;
      const name = make('span', { class: 'cut', dir: 'auto' }, entry.name);
      const item = button({ role: 'menuitem', tabindex: -1 }, icon(entry.icon), name, key);
      item.addEventListener('click', () => {
        if (!entry.keepsOpen) menu.hidePopover();
        entry.act();
      });
      return item;
    }),
  );
}

function onKey(event: KeyboardEvent, menu: HTMLElement): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const last = items.length - 1;
  const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
  event.stopPropagation();
  if (event.key === 'Tab') menu.hidePopover();
  if (to !== undefined) {
    event.preventDefault();
    items[to]?.focus();
  } else if (event.key.length === 1 && event.key !== ' ') {
    const from = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    from.find((item) => item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  }
}

type Playlist = { id: string; name: string; rules?: unknown; canEdit?: boolean };

async function showPlaylists(needs: MenuNeeds, asked: Asked): Promise<void> {
  const answer = await needs.api.get<{ items: Playlist[] }>('/playlists?limit=100');
  const lists = answer.ok ? answer.data.items.filter(({ rules, canEdit }) => !rules && canEdit !== false) : [];
  const fresh: Entry = { icon: 'plus', name: words.newPlaylist, act: () => void addToNew(needs, asked) };
  const known = lists.map((list): Entry => ({
    icon: 'list-music',
    name: list.name,
    act: () => void addTo(needs, asked.source, list),
  }));
  fill(asked.menu, known.length ? [fresh, 'line', ...known] : [fresh]);
  asked.menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
}

async function addToNew(needs: MenuNeeds, { source, thing }: Asked): Promise<void> {
  const made = await needs.api.send<Playlist>('POST', '/playlists', {
    body: { name: thing.title || words.newPlaylist },
  });
  if (!made.ok) return needs.toasts.show(made.title || words.failed);
  await addTo(needs, source, made.data);
  needs.navigation.go(`/playlists/${made.data.id}`);
}

async function addTo({ api, sources, toasts }: MenuNeeds, source: string, list: Playlist): Promise<void> {
  const trackIds: string[] = [];
  for await (const tracks of sources.read(source)) trackIds.push(...tracks.map(({ id }) => id));
  const path = `/playlists/${encodeURIComponent(list.id)}/entries`;
  const added = await api.send<{ entries?: { id: string }[] }>('POST', path, { body: { trackIds } });
  if (!added.ok) return toasts.show(added.title || words.failed);
  const ids = added.data?.entries?.map(({ id }) => id);
  const back = ids && undo(() => void api.send('DELETE', path, { body: { ids } }));
  toasts.show(words.addedTo(list.name), back);
}
