/**
 * metrics: numbers for whoever watches the house from outside, as Prometheus reads them. Counts what is served and how long
 * listeners wait; everything else is read from the rooms at the moment somebody looks. Labels come from fixed lists alone:
 * never an id, a name, a path or a search.
 * Not for what people did (listening) nor for the owner's page (admin). Start reading at service.ts (what is counted), then families.ts (what is read).
 */
export { createMetrics } from './service.ts';
export type { Metrics } from './service.ts';
export { createMetricsRoutes } from './routes.ts';
export { counter, gauge } from './families.ts';
export type { Family, Sample } from './families.ts';
