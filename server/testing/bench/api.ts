import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { apiCases, askOf, type Case } from './api-cases.ts';
import { COVERS, openHouse, type House } from './api-house.ts';
import { runLoad } from './load.ts';

/*
 * What the API costs beside a floor that does next to nothing: requests a second and CPU a request. Small and large
 * library, house and floor take turns, and each figure is the median of its rounds, for the box may be shared. What counts
 * is how they run, not how they start: a house is left alone until it has nothing of its own to do, and each side of a
 * case is asked until it gets no faster.
 *   npm run bench -- api [20000] [1000000=FILE] [--rounds 5] [--ms 500] [--only WORD] [--cpu-prof]
 * `SIZE=FILE` takes a library that `fillLibrary` wrote before.
 */
const CONNECTIONS = 8;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

type Turn = { requests: number; perSecond: number; cpuUs: number; p95Ms: number; bytes: number };
type Rounds = { own: Turn[]; floor: Turn[] };

type Target = { to: 'app' | 'floor'; paths: readonly string[]; from?: number; headers?: Record<string, string> };

const turn = async (house: House, { to, paths, from = 0, headers = {} }: Target, forMs: number): Promise<Turn> => {
  const before = await house.cpuUs();
  const load = { port: house[to], paths, from, headers, connections: CONNECTIONS, forMs, most: 100_000 };
  const loaded = await runLoad(load);
  return { ...loaded, cpuUs: ((await house.cpuUs()) - before) / loaded.requests };
};

type Plan = { rounds: number; forMs: number };

const MOST_SETTLING = 12;
const SAME_WITHIN = 0.04;

/** Asks until neither of two turns is faster than the best before them by more than a little: code is compiled, rows are at hand. */
const settle = async (ask: () => Promise<Turn>): Promise<Turn> => {
  let [best, last] = [0, await ask()];
  for (let calm = 0, i = 0; calm < 2 && i < MOST_SETTLING; i++) {
    best = Math.max(best, last.perSecond);
    last = await ask();
    calm = last.perSecond > best * (1 + SAME_WITHIN) ? 0 : calm + 1;
  }
  return last;
};

/** A large house brings its albums to hand in the pauses after a start. */
const untilIdle = async (house: House): Promise<void> => {
  const LOOK_MS = 500;
  for (let i = 0; i < 120; i++) {
    const before = await house.cpuUs();
    await sleep(LOOK_MS);
    if ((await house.cpuUs()) - before < LOOK_MS * 1000 * 0.02) return;
  }
};

/** One case at every size, all in turns: figures of one round were made within a second of each other. */
const measure = async (houses: readonly House[], cases: readonly Case[], { rounds, forMs }: Plan) => {
  const found: Rounds[] = houses.map(() => ({ own: [], floor: [] }));
  const asked = houses.map(() => 0);
  const own = async (house: House, i: number) => {
    const { paths, headers } = cases[i] ?? { paths: [] };
    const target = { to: 'app', paths, from: asked[i] ?? 0, headers: { cookie: house.cookie, ...headers } } as const;
    const it = await turn(house, target, forMs);
    asked[i] = target.from + it.requests;
    return it;
  };
  const floor = (house: House, bytes: number) => turn(house, { to: 'floor', paths: [`/floor?bytes=${bytes}`] }, forMs);
  const sizes: number[] = [];
  for (const [i, house] of houses.entries()) {
    const { bytes } = await settle(() => own(house, i));
    await settle(() => floor(house, bytes));
    sizes.push(bytes);
  }
  for (let round = 0; round < rounds; round++)
    for (const [i, house] of houses.entries()) {
      found[i]?.floor.push(await floor(house, sizes[i] ?? 0));
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
  for (const house of houses) await untilIdle(house);
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
