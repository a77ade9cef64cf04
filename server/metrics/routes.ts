import { Registry } from 'prom-client';
import { route, type Route } from '../http/index.ts';
import type { Family } from './families.ts';
import type { Metrics } from './service.ts';

type Needs = {
  metrics: Pick<Metrics, 'text'>;
  /** What the rooms tell of themselves now. */
  numbers: () => readonly Family[];
};

export const createMetricsRoutes = ({ metrics, numbers }: Needs): Route[] => [
  route(
    {
      method: 'get',
      path: '/metrics',
      who: 'user',
      scope: 'metrics',
      summary: 'Numbers of the house for Prometheus. A token with scope `metrics`, or an administrator’s.',
      answers: { 200: 'Text, exposition format 0.0.4' },
    },
    async () =>
      new Response(await metrics.text(numbers()), {
        headers: { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE, 'cache-control': 'no-store' },
      }),
  ),
];
