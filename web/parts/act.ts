/*
 * What the client scripts listen for (see web/player/main.ts): data attributes by which a control says what it does.
 */
export type Playable = `${'track' | 'album' | 'artist' | 'playlist' | 'genre' | 'folder' | 'tracks'}:${string}`;
export type Rateable = `${'tracks' | 'albums'}:${string}`;
export type Likeable = `${'tracks' | 'albums' | 'artists' | 'playlists'}:${string}`;

type PlayHow = { index?: number | undefined; shuffle?: boolean | undefined };

export const play = (what: Playable, how: PlayHow = {}) => ({
  'data-play': what,
  ...(how.index === undefined ? {} : { 'data-index': String(how.index) }),
  ...(how.shuffle ? { 'data-shuffle': '' } : {}),
});

export const queue = (what: Playable, where: 'next' | 'end') => ({ 'data-queue': where, 'data-of': what });
