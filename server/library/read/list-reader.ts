import type { Db } from '../../db/index.ts';
import { badInput, type Viewer } from '../../http/index.ts';
import { sha256Hex } from '../../kit/index.ts';
import { decodeCursor, encodeCursor, mergeWalks, tagOf, walkSql, type Cursor, type Key, type Path } from './keyset.ts';
import { findWalk, pairsOf, type ListName, type Walk } from './lists.ts';
import { rootsParameter, sightOf, visibleSql, type Sight } from './visible.ts';
import { prepareOnce } from './statements.ts';

/** What is asked of a list. Filters hold values as columns hold them: rows, years, names. */
export type ListQuery = {
  limit: number;
  cursor?: string | undefined;
  sort?: string | undefined;
  filters: Readonly<Record<string, Key>>;
};

export type IdPage = { ids: number[]; next: string | undefined; total: number | undefined };

type Asked = {
  small: boolean;
  bans: boolean;
  walk: Walk;
  sort: string;
  tag: string;
  sight: Sight;
  viewer: Viewer;
  query: ListQuery;
};

const unserved = (list: ListName) =>
  badInput({
    detail: `This sort and these filters do not go together. What does: ${pairsOf(list).join('; ')}.`,
    errors: [{ path: 'sort', message: 'No index serves this pair.' }],
  });

const seedOf = (sort: string): number => Number.parseInt(sha256Hex(sort).slice(0, 8), 16) / 2 ** 32;

/** Which legs a walk has: one, or for random order two, told apart by the id's random number. */
const legsOf = (path: Path, sort: string): Path[] => {
  if (!sort.startsWith('random:')) return [path];
  const bound = (sign: string): Path => ({
    ...path,
    where: [path.where, `${path.keys[0] ?? ''} ${sign} @start`].filter(Boolean).join(' AND '),
  });
  return [bound('>='), bound('<')];
};

const pathsFor = ({ walk, sight, small }: Asked): { path: Path; root?: number }[] => {
  if (sight === 'all') return [{ path: walk }];
  const perRoot = walk.perRoot ?? (small ? walk.smallRoot : undefined);
  if (perRoot) return sight.map((root) => ({ path: perRoot, root }));
  const proof = visibleSql[walk.sees](walk.keys.at(-1) ?? '');
  // The proof mostly comes first: it lets few rows pass, and what else is looked up is looked up for those alone.
  const conditions = walk.provedLast ? [walk.where, proof] : [proof, walk.where];
  return [{ path: { ...walk, where: conditions.filter(Boolean).join(' AND ') } }];
};

const SMALL_TRACKS = 20_000;

/** The SQL of every leg of a page, for tests of their plans. */
export const plansOf = (list: ListName, query: ListQuery, viewer: Viewer): string[] => {
  const asked = ask(list, query, viewer);
  const ways = [false, true].flatMap((small) => pathsFor({ ...asked, small }));
  const texts = ways.flatMap(({ path }) =>
    legsOf(path, asked.sort).flatMap((leg) =>
      [false, true].flatMap((bans) => [sqlOf({ ...asked, bans }, leg, false), sqlOf({ ...asked, bans }, leg, true)]),
    ),
  );
  return [...new Set(texts)];
};

const sqlOf = ({ walk, sort, bans }: Asked, leg: Path, after: boolean): string => {
  const path = bans && leg.bans ? { ...leg, where: [leg.where, leg.bans].filter(Boolean).join(' AND ') } : leg;
  return walkSql(walk.few ? distinct(path) : path, { after, descending: isDescending(walk, sort) });
};

// A key that is negated already runs down an index that runs up.
const isDescending = (walk: Walk, sort: string): boolean => sort.startsWith('-') && !walk.keys[0]?.startsWith('-');

const createWalker = (statement: ReturnType<typeof prepareOnce>) => {
  return (asked: Asked, cursor: Cursor, limit: number): Key[][] => {
    const { walk, sort, query, viewer, sight } = asked;
    const after = cursor.keys.length > 0;
    const parameters = {
      ...query.filters,
      ...Object.fromEntries(cursor.keys.map((key, i) => [`k${i}`, key])),
      limit,
      user: viewer.userId,
      roots: rootsParameter(sight),
      start: cursor.start ?? 0,
    };
    const pages = pathsFor(asked).map(({ path, root }) => {
      const leg = legsOf(path, sort)[cursor.leg] ?? path;
      return statement(sqlOf(asked, leg, after))
        .raw(true)
        .all({ ...parameters, root: root ?? 0 }) as Key[][];
    });
    return mergeWalks(pages, { limit, descending: isDescending(walk, sort) });
  };
};

const createTotals =
  (statement: ReturnType<typeof prepareOnce>) =>
  ({ walk, sight, query }: Asked): number | undefined => {
    if (!walk.total || sight !== 'all') return undefined;
    const { total } = walk;
    const sql =
      'count' in total
        ? 'SELECT value FROM library_count WHERE name = ?'
        : `SELECT ${total.column} FROM ${total.of} WHERE id = ?`;
    return statement(sql)
      .pluck()
      .get('count' in total ? total.count : query.filters[total.filter]) as number | undefined;
  };

const ask = (list: ListName, query: ListQuery, viewer: Viewer): Asked => {
  const names = Object.keys(query.filters).map((name) =>
    name === 'role' && query.filters['role'] === 'albumartist' ? 'role:albumartist' : name,
  );
  const walk = findWalk(list, query.sort, names);
  if (!walk) throw unserved(list);
  const sort = query.sort ?? walk.sort;
  const filters = Object.entries(query.filters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    walk,
    sort,
    tag: tagOf([list, sort, filters]),
    sight: sightOf(viewer),
    small: false,
    bans: false,
    viewer,
    query,
  };
};

/** Reads pages of row ids; what a row says is fetched afterwards, for the page's ids alone. */
export const createListReader = (db: Db) => {
  const statement = prepareOnce(db);
  const walkPage = createWalker(statement);
  const totalOf = createTotals(statement);
  const startOf = ({ walk, sort }: Asked): number => {
    const table = walk.from.split(' ')[0] ?? '';
    const top = statement(`SELECT max(rnd) FROM ${table}`).pluck().get() as number | null;
    return Math.floor(seedOf(sort) * ((top ?? 0) + 1));
  };
  /** Whether these roots hold so little that walking them and proving the filter is the shorter way. */
  const isSmall = ({ walk, sight }: Asked): boolean => {
    if (sight === 'all' || !walk.smallRoot) return false;
    const tracks = statement(
      'SELECT coalesce(sum(track_count), 0) FROM root WHERE id IN (SELECT value FROM json_each(?))',
    );
    return (tracks.pluck().get(rootsParameter(sight)) as number) < SMALL_TRACKS;
  };
  const banned = db.sqlite.prepare('SELECT 1 FROM mark WHERE user_id = ? AND banned_at IS NOT NULL LIMIT 1').pluck();
  const hasBans = ({ walk, viewer }: Asked): boolean =>
    walk.bans !== undefined && banned.get(viewer.userId) !== undefined;
  return (list: ListName, query: ListQuery, viewer: Viewer): IdPage => {
    const wish = ask(list, query, viewer);
    const asked = { ...wish, small: isSmall(wish), bans: hasBans(wish) };
    const { walk, sort, tag } = asked;
    const random = sort.startsWith('random:');
    const at: Cursor = query.cursor
      ? decodeCursor(query.cursor, tag, walk.keys.length)
      : { leg: 0, keys: [], ...(random && { start: startOf(asked) }) };
    // One row more than asked tells whether there is a next page.
    const wanted = query.limit + 1;
    const first = walkPage(asked, at, wanted).map((keys) => ({ keys, leg: at.leg }));
    const around = random && at.leg === 0 && first.length < wanted;
    const second = around ? walkPage(asked, { ...at, leg: 1, keys: [] }, wanted - first.length) : [];
    const rows = [...first, ...second.map((keys) => ({ keys, leg: 1 }))];
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      ids: page.map(({ keys }) => Number(keys.at(-1))),
      next: rows.length > query.limit && last ? encodeCursor(tag, { ...at, ...last }) : undefined,
      total: totalOf(asked),
    };
  };
};

/** The few rows of a join, each once. */
const distinct = (path: Path): Path => ({
  ...path,
  from: `(SELECT DISTINCT ${path.keys.map((key, i) => `${key} AS c${i}`).join(', ')} FROM ${path.from} WHERE ${path.where ?? '1'})`,
  where: '1',
  keys: path.keys.map((_, i) => `c${i}`),
});
