import { Counter, Histogram, Registry } from 'prom-client';
import { registryOf, type Family } from './families.ts';
import { processNumbers, watchLoop } from './process-numbers.ts';

/** A request that was answered. `route` is the template of the table, never the path. */
export type Answered = { route: string; kind: string; method: string; status: number; ms: number };

export type Metrics = {
  answered: (it: Answered) => void;
  /** Somebody waited so long for a segment that had to be made. */
  waited: (it: { variant: string; ms: number }) => void;
  /** All of it, with what the rooms tell at this moment. */
  text: (rooms: readonly Family[]) => Promise<string>;
  close: () => void;
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const REQUEST_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SEGMENT_BOUNDS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2, 4, 8, 16, 60];

const openCounts = () => {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'evensong_http_requests_total',
      help: 'Requests answered, by the template of their route ("none": no such address).',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    durations: new Histogram({
      name: 'evensong_http_request_duration_seconds',
      help: 'From the request to the head of its answer.',
      labelNames: ['kind'],
      buckets: REQUEST_BOUNDS,
      registers,
    }),
    waits: new Histogram({
      name: 'evensong_hls_first_segment_seconds',
      help: 'How long somebody waited for a segment that had to be made: at a start, after a seek.',
      labelNames: ['variant'],
      buckets: SEGMENT_BOUNDS,
      registers,
    }),
  };
};

export const createMetrics = (): Metrics => {
  const { registry, requests, durations, waits } = openCounts();
  const loop = watchLoop();
  return {
    answered: ({ route, kind, method, status, ms }) => {
      requests.inc({ route, method: METHODS.has(method) ? method : 'other', status: String(status) });
      durations.observe({ kind }, ms / 1000);
    },
    waited: ({ variant, ms }) => waits.observe({ variant }, ms / 1000),
    text: (rooms) => Registry.merge([registry, registryOf([...rooms, ...processNumbers(loop)])]).metrics(),
    close: loop.stop,
  };
};
