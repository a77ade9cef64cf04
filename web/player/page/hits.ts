/** What the search answered, as things that can be shown, played and opened. Pure. */
import { words } from './palette-words.ts';

export type Kind = 'artists' | 'albums' | 'tracks' | 'playlists' | 'genres' | 'lyrics' | 'commands' | 'recent';

type Marks = readonly (readonly [number, number])[];

export type Choice = {
  kind: Kind;
  title: string;
  /** Which letters of the title answer: from and to. */
  marks?: Marks;
  says: string;
  /** Names a source of the player: it can be played and queued. */
  source?: string;
  href?: string;
  cover?: { id: string; tint: string };
  command?: keyof typeof words.commands;
};

type Cover = { id: string; tint: string | number } | null;
type Credit = { name: string; role: string };
type Track = {
  id: string;
  title: string;
  artists: Credit[];
  album: { id: string; title: string };
  cover: Cover;
  playCount: number;
};
type Album = { id: string; title: string; artists: Credit[]; releaseDate: string | null; cover: Cover };
type Artist = { id: string; name: string; albumCount: number; cover: Cover };
type Playlist = { id: string; name: string; trackCount: number };
type Genre = { id: string; name: string; trackCount: number };
type Group<Item> = { items: Item[]; total: number; marks: Marks[] };

export type Answer = {
  query: string;
  tookMs: number;
  top?: { kind: Kind; id: string };
  didYouMean?: string;
  artists?: Group<Artist>;
  albums?: Group<Album>;
  tracks?: Group<Track>;
  playlists?: Group<Playlist>;
  genres?: Group<Genre>;
  lyrics?: Group<{ track: Track; line: string }>;
};

const coverOf = (cover: Cover): Pick<Choice, 'cover'> =>
  cover ? { cover: { id: cover.id, tint: String(cover.tint) } } : {};
const artistsOf = (credits: readonly Credit[]): string => {
  const named = credits.filter(({ role }) => role === 'artist' || role === 'albumartist');
  return [...new Set((named.length > 0 ? named : credits).map(({ name }) => name))].join(', ');
};
const parts = (...texts: (string | undefined)[]): string => texts.filter(Boolean).join(' · ');

const ofTrack = (track: Track): Choice => ({
  kind: 'tracks',
  title: track.title,
  says: parts(artistsOf(track.artists), track.playCount > 0 ? words.plays(track.playCount) : undefined),
  source: `track:${track.id}`,
  href: `/albums/${track.album.id}`,
  ...coverOf(track.cover),
});

const MAKERS: { [K in 'artists' | 'albums' | 'tracks' | 'playlists' | 'genres' | 'lyrics']: (item: never) => Choice } =
  {
    artists: (it: Artist) => ({
      kind: 'artists',
      title: it.name,
      says: words.albums(it.albumCount),
      source: `artist:${it.id}`,
      href: `/artists/${it.id}`,
      ...coverOf(it.cover),
    }),
    albums: (it: Album) => ({
      kind: 'albums',
      title: it.title,
      says: parts(artistsOf(it.artists), it.releaseDate?.slice(0, 4)),
      source: `album:${it.id}`,
      href: `/albums/${it.id}`,
      ...coverOf(it.cover),
    }),
    tracks: ofTrack,
    playlists: (it: Playlist) => ({
      kind: 'playlists',
      title: it.name,
      says: words.songs(it.trackCount),
      source: `playlist:${it.id}`,
      href: `/playlists/${it.id}`,
    }),
    genres: (it: Genre) => ({
      kind: 'genres',
      title: it.name,
      says: words.songs(it.trackCount),
      source: `genre:${it.id}`,
      href: `/genres/${it.id}`,
    }),
    lyrics: ({ track, line }: { track: Track; line: string }) => ({
      ...ofTrack(track),
      kind: 'lyrics',
      title: line,
      says: parts(track.title, artistsOf(track.artists)),
    }),
  };

const SHOWN = ['artists', 'albums', 'tracks', 'playlists', 'genres', 'lyrics'] as const;

/** Commands whose name has the text in it, the beginning of a word. */
export const commandsFor = (text: string): Choice[] => {
  const typed = text.trim().toLowerCase();
  return Object.entries(words.commands).flatMap(([command, { name, says }]) =>
    typed.length > 1 && ` ${name.toLowerCase()}`.includes(` ${typed}`)
      ? [{ kind: 'commands' as const, title: name, says, command: command as keyof typeof words.commands }]
      : [],
  );
};

export type Shelf = { heading: string; choices: Choice[] };

/** In groups, the likeliest on top and not a second time. */
export const shelvesOf = (answer: Answer): Shelf[] => {
  let top: Choice | undefined;
  const shelves = SHOWN.map((kind) => {
    const items = (answer[kind]?.items ?? []) as { id?: string }[];
    const choices = items.flatMap((item, i) => {
      const choice = { ...MAKERS[kind](item as never), marks: answer[kind]?.marks[i] ?? [] };
      if (top || answer.top?.kind !== kind || item.id !== answer.top.id) return [choice];
      top = choice;
      return [];
    });
    return { heading: words.groups[kind], choices };
  });
  const commands = { heading: words.groups.commands, choices: commandsFor(answer.query) };
  const { didYouMean } = answer;
  const meant = didYouMean ? [{ kind: 'recent' as const, title: didYouMean, says: '' }] : [];
  const first = top ? [{ heading: words.top, choices: [top] }] : [];
  return [...first, ...shelves, { heading: words.meant, choices: meant }, commands].filter(
    ({ choices }) => choices.length > 0,
  );
};

export const countOf = (answer: Answer): number => SHOWN.reduce((sum, kind) => sum + (answer[kind]?.total ?? 0), 0);

/** Parts of a name, the found ones marked. */
export const marked = (name: string, marks: Marks = []): { text: string; found: boolean }[] => {
  let at = 0;
  const pieces = marks.flatMap(([from, to]) => {
    const before = { text: name.slice(at, from), found: false };
    at = to;
    return [before, { text: name.slice(from, to), found: true }];
  });
  return [...pieces, { text: name.slice(at), found: false }].filter(({ text }) => text !== '');
};
