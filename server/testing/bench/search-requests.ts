import { setTimeout as sleep } from 'node:timers/promises';
import type { Judged } from '../search/judged.ts';
import { askOf } from './api-cases.ts';
import { openHouse, type House } from './api-house.ts';
import { runLoad, type Loaded } from './load.ts';

/** The whole way: requests over HTTP to the real house, a process of its own, some at a time. */
type Asked = { tracks: number; questions: readonly Judged[]; atOnce: number; forMs: number };

const LOOK_MS = 250;
const WARM_MS = 2000;

type Answer = Record<Judged['kind'], { items: { title?: string; name?: string }[] }>;

/** The index is made after the start. */
const untilIndexed = async ({ app, cookie }: House, { query, kind, accepts }: Judged): Promise<void> => {
  const ask = askOf(`http://127.0.0.1:${app}`, cookie);
  for (;;) {
    const answer = await ask<Answer>(`/api/v1/search?q=${encodeURIComponent(query)}`);
    if (answer[kind].items.some(({ title, name }) => accepts(title ?? name ?? '', ''))) return;
    await sleep(LOOK_MS);
  }
};

export const loadRequests = async ({ tracks, questions, atOnce, forMs }: Asked): Promise<Loaded> => {
  const house = await openHouse(tracks, {});
  try {
    const plain = questions.find(({ kind, className }) => kind === 'albums' && className === 'as it is');
    if (plain) await untilIndexed(house, plain);
    const paths = questions.map(({ query }) => `/api/v1/search?limit=5&q=${encodeURIComponent(query)}`);
    const load = { port: house.app, paths, from: 0, headers: { cookie: house.cookie }, connections: atOnce, most: 1e6 };
    await runLoad({ ...load, forMs: WARM_MS });
    return await runLoad({ ...load, forMs });
  } finally {
    await house.close();
  }
};
