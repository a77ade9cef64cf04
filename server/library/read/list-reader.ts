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

type Asked = { walk: Walk; sort: string; tag: string; sight: Sight; viewer: Viewer; query: ListQuery };

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

const pathsFor = ({ walk, sight }: Asked): { path: Path; root?: number }[] => {
  if (sight === 'all') return [{ path: walk }];
  const { perRoot } = walk;
  if (perRoot) return sight.map((root) => ({ path: perRoot, root }));
  const proof = visibleSql[walk.sees](walk.keys.at(-1) ?? '');
  return [{ path: { ...walk, where: [walk.where, proof].filter(Boolean).join(' AND ') } }];
};

/** Reads pages of row ids; what a row says is fetched afterwards, for the page's ids alone. */
export const createListReader = (db: Db) => {
  const statement = prepareOnce(db);
  const pageOf = (asked: Asked, cursor: Cursor, limit: number): Key[][] => {
    const { walk, sort, query, viewer, sight } = asked;
    // A key that is negated already runs down an index that runs up.
    const descending = sort.startsWith('-') && !walk.keys[0]?.startsWith('-');
    const after = cursor.keys.length > 0;
    const given = Object.fromEntries(cursor.keys.map((key, i) => [`k${i}`, key]));
    const pages = pathsFor(asked).map(({ path, root }) => {
      const leg = legsOf(path, sort)[cursor.leg] ?? path;
      const parameters = {
        ...query.filters,
        ...given,
        limit,
        user: viewer.userId,
        roots: rootsParameter(sight),
        start: cursor.start ?? 0,
        root: root ?? 0,
      };
      return statement(walkSql(walk.few ? distinct(leg) : leg, { after, descending }))
        .raw(true)
        .all(parameters) as Key[][];
    });
    return mergeWalks(pages, { limit, descending });
  };

  const startOf = ({ walk, sort }: Asked): number => {
    const table = walk.from.split(' ')[0] ?? '';
    const top = statement(`SELECT max(rnd) FROM ${table}`).pluck().get() as number | null;
    return Math.floor(seedOf(sort) * ((top ?? 0) + 1));
  };

  const totalOf = ({ walk, sight, query }: Asked): number | undefined => {
    if (!walk.total || sight !== 'all') return undefined;
    if ('count' in walk.total)
      return statement('SELECT value FROM library_count WHERE name = ?').pluck().get(walk.total.count) as number;
    const { column, of, filter } = walk.total;
    return statement(`SELECT ${column} FROM ${of} WHERE id = ?`).pluck().get(query.filters[filter]) as
      number | undefined;
  };

  const ask = (list: ListName, query: ListQuery, viewer: Viewer): Asked => {
    const names = Object.keys(query.filters).map((name) =>
      name === 'role' && query.filters['role'] === 'albumartist' ? 'role:albumartist' : name,
    );
    const walk = findWalk(list, query.sort, names);
    if (!walk) throw unserved(list);
    const sort = query.sort ?? (walk.sort === 'random' ? 'random:0' : walk.sort);
    const filters = Object.entries(query.filters).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { walk, sort, tag: tagOf([list, sort, filters]), sight: sightOf(viewer), viewer, query };
  };

  return (list: ListName, query: ListQuery, viewer: Viewer): IdPage => {
    const asked = ask(list, query, viewer);
    const { walk, sort, tag } = asked;
    const random = sort.startsWith('random:');
    let at: Cursor = query.cursor
      ? decodeCursor(query.cursor, tag, walk.keys.length)
      : { leg: 0, keys: [], ...(random && { start: startOf(asked) }) };
    // One row more than asked tells whether there is a next page.
    const wanted = query.limit + 1;
    const first = pageOf(asked, at, wanted).map((keys) => ({ keys, leg: at.leg }));
    const second =
      random && at.leg === 0 && first.length < wanted
        ? pageOf(asked, { ...at, leg: 1, keys: [] }, wanted - first.length).map((keys) => ({ keys, leg: 1 }))
        : [];
    const rows = [...first, ...second];
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const more = rows.length > query.limit && last;
    return {
      ids: page.map(({ keys }) => Number(keys.at(-1))),
      next: more ? encodeCursor(tag, { ...at, leg: last.leg, keys: last.keys }) : undefined,
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
