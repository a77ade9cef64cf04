import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import type { Resolve } from './resolve.ts';

type SortKeyOf = (name: string) => string;

/** What a foreign list says of a track; anything may be missing. */
export type MatchClue = {
  path?: string | undefined;
  title?: string | undefined;
  artist?: string | undefined;
  album?: string | undefined;
  durationMs?: number | undefined;
};

export type Found = { row: number; by: 'path' | 'file name' | 'tags' };
export type Match = (clue: MatchClue, viewer: Viewer) => Found | undefined;

type Row = { id: number; title: string; artist: string; album: string; durationMs: number; place: string };
const MOST = 200;
const SLACK_MS = 3000;
/** Of what a list says; a name in the library is compared by fewer letters still. */
const MOST_LETTERS = 1000;

const namesOf = (path: string): string[] =>
  path
    .replace(/^file:\/\//, '')
    .split(/[\\/]+/)
    .filter((name) => name !== '' && name !== '.');

/** How many names at the end two paths share. */
const sharedNames = (a: readonly string[], b: readonly string[]): number => {
  let n = 0;
  while (n < Math.min(a.length, b.length) && a.at(-1 - n)?.normalize() === b.at(-1 - n)?.normalize()) n++;
  return n;
};

export const createMatch = (db: Db, resolve: Resolve, fold: SortKeyOf): Match => {
  const SELECT = `SELECT t.id, t.title, t.artist_text artist, a.title album, t.duration_ms durationMs,
      CAST(CASE WHEN length(o.path) = 0 THEN f.name ELSE o.path || '/' || f.name END AS TEXT) place`;
  const byName = db.sqlite.prepare(
    `${SELECT} FROM file f JOIN track t ON t.file_id = f.id JOIN folder o ON o.id = f.folder_id JOIN album a ON a.id = t.album_id
     WHERE f.name = ? AND f.kind = 'audio' LIMIT ${MOST}`,
  );
  const byTitle = db.sqlite.prepare(
    `${SELECT} FROM track t JOIN album a ON a.id = t.album_id LEFT JOIN file f ON f.id = t.file_id LEFT JOIN folder o ON o.id = f.folder_id
     WHERE t.sort_key = ? LIMIT ${MOST}`,
  );
  const visible = (rows: Row[], viewer: Viewer): Row[] => {
    const seen = new Set(
      resolve.visible(
        'tracks',
        rows.map(({ id }) => id),
        viewer,
      ),
    );
    return rows.filter(({ id }) => seen.has(id));
  };

  const byPath = (path: string, viewer: Viewer): Found | undefined => {
    const names = namesOf(path);
    const name = names.at(-1);
    if (name === undefined) return undefined;
    const forms = [...new Set([name, name.normalize('NFC'), name.normalize('NFD')])];
    const rows = visible(
      forms.flatMap((form) => byName.all(Buffer.from(form)) as Row[]),
      viewer,
    );
    const ranked = rows
      .map((row) => ({ row, shared: sharedNames(names, namesOf(row.place)) }))
      .sort((a, b) => b.shared - a.shared);
    const [best, next] = ranked;
    // A bare file name that several files have ("01.mp3") says nothing.
    if (!best || best.shared === next?.shared) return undefined;
    const whole = best.shared === namesOf(best.row.place).length || best.shared > 1;
    return { row: best.row.id, by: whole ? 'path' : 'file name' };
  };

  const byTags = ({ title, artist, album, durationMs }: MatchClue, viewer: Viewer): Found | undefined => {
    if (!title) return undefined;
    const key = (text: string): string => fold(text.slice(0, MOST_LETTERS));
    const [saidArtist, saidAlbum] = [artist, album].map((said) => (said ? key(said) : undefined));
    const same = (said: string | undefined, is: string) => said === undefined || fold(is).includes(said);
    const rows = visible(byTitle.all(key(title)) as Row[], viewer).filter(
      (row) =>
        (durationMs === undefined || Math.abs(row.durationMs - durationMs) <= SLACK_MS) &&
        same(saidArtist, row.artist) &&
        same(saidAlbum, row.album),
    );
    const first = rows[0];
    // A title alone is not enough where it is not the only one.
    if (!first || (rows.length > 1 && !artist)) return undefined;
    return { row: first.id, by: 'tags' };
  };

  return (clue, viewer) => (clue.path ? byPath(clue.path, viewer) : undefined) ?? byTags(clue, viewer);
};
