import { parseArgs } from 'node:util';
import { apiCases, askOf, type Case } from './api-cases.ts';
import { COVERS, openHouse, type House } from './api-house.ts';
import { runLoad } from './load.ts';

/*
 * What the API costs beside a floor that does next to nothing: requests a second and CPU a request. Small and large
 * library, house and floor take turns, and each figure is the median of its rounds, for the box may be shared.
 *   npm run bench -- api [20000] [1000000=FILE] [--rounds 5] [--ms 500] [--only WORD] [--cpu-prof]
 * `SIZE=FILE` takes a library that `fillLibrary` wrote before.
 */
const CONNECTIONS = 8;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

type Turn = { perSecond: number; cpuUs: number; p95Ms: number; bytes: number };
type Rounds = { own: Turn[]; floor: Turn[] };

type Target = { to: 'app' | 'floor'; paths: readonly string[]; headers?: Record<string, string> };

const turn = async (house: House, { to, paths, headers = {} }: Target, forMs: number) => {
  const before = await house.cpuUs();
  const load = { port: house[to], paths, headers, connections: CONNECTIONS, forMs, most: 100_000 };
  const { requests, ...loaded } = await runLoad(load);
  return { ...loaded, cpuUs: ((await house.cpuUs()) - before) / requests };
};

type Plan = { rounds: number; forMs: number };

/** One case at every size, all in turns: figures of one round were made within a second of each other. */
const measure = async (houses: readonly House[], cases: readonly Case[], { rounds, forMs }: Plan) => {
  const found: Rounds[] = houses.map(() => ({ own: [], floor: [] }));
  const warm: Turn[] = [];
  const own = (house: House, i: number) => {
    const { paths, headers } = cases[i] ?? { paths: [] };
    return turn(house, { to: 'app', paths, headers: { cookie: house.cookie, ...headers } }, forMs);
  };
  for (const [i, house] of houses.entries()) warm.push(await own(house, i));
  for (let round = 0; round < rounds; round++)
    for (const [i, house] of houses.entries()) {
      const paths = [`/floor?bytes=${warm[i]?.bytes ?? 0}`];
      found[i]?.floor.push(await turn(house, { to: 'floor', paths }, forMs));
      found[i]?.own.push(await own(house, i));
    }
  return found;
};

const ratio = (a: Turn[], b: Turn[]): number => median(a.map((it, i) => it.perSecond / (b[i]?.perSecond ?? 1)));
const of = (turns: Turn[], what: keyof Turn): number => median(turns.map((it) => it[what]));

const line = (it: Case, tracks: number, { own, floor }: Rounds): string =>
  [
    it.name.padEnd(27),
    `${tracks}`.padStart(8),
    `${of(own, 'bytes')} B`.padStart(10),
    `${Math.round(of(own, 'perSecond'))}/s`.padStart(9),
    `floor ${Math.round(of(floor, 'perSecond'))}/s`.padStart(15),
    `ratio ${ratio(own, floor).toFixed(2)}`.padStart(11),
    `CPU ${Math.round(of(own, 'cpuUs'))} : ${Math.round(of(floor, 'cpuUs'))} us`.padStart(20),
    `p95 ${of(own, 'p95Ms').toFixed(1)} ms`.padStart(13),
  ].join(' ');

/** Requests a second of the last size by those of the first: as they are, and each by the floor of its own size. */
const flatness = (rounds: readonly Rounds[]): string => {
  const [small, large] = [rounds[0], rounds.at(-1)];
  if (!small || !large || small === large) return '';
  const byFloor = ratio(large.own, large.floor) / ratio(small.own, small.floor);
  return `  flat ${ratio(large.own, small.own).toFixed(2)} (by the floors ${byFloor.toFixed(2)})`;
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '500' },
    only: { type: 'string', default: '' },
    'cpu-prof': { type: 'boolean', default: false },
  },
});
const plan: Plan = { rounds: Number(options.rounds), forMs: Number(options.ms) };
const node = options['cpu-prof'] ? ['--cpu-prof', '--cpu-prof-dir=.build/profiles'] : [];
const houses: House[] = [];
try {
  for (const size of positionals.length > 0 ? positionals : ['20000', '1000000']) {
    const [tracks, from] = size.split('=');
    process.stdout.write(`filling ${tracks} tracks\n`);
    houses.push(await openHouse(Number(tracks), { from, node }));
  }
  const all: Case[][] = [];
  for (const house of houses)
    all.push(await apiCases(askOf(`http://127.0.0.1:${house.app}`, house.cookie), { covers: COVERS }));
  for (const [row, { name }] of (all[0] ?? []).entries()) {
    if (!name.includes(options.only)) continue;
    const cases = all.flatMap((its) => its[row] ?? []);
    const rounds = await measure(houses, cases, plan);
    rounds.forEach((it, i) => {
      const last = i === rounds.length - 1 ? flatness(rounds) : '';
      const [its, house] = [cases[i], houses[i]];
      if (its && house) process.stdout.write(`${line(its, house.tracks, it)}${last}\n`);
    });
  }
} finally {
  for (const house of houses) await house.close();
}
