import { Counter, Gauge, Registry } from 'prom-client';

/*
 * Numbers that are read from the rooms at the moment somebody looks. Names and labels are our own; only values come from
 * outside. prom-client writes them, and escapes.
 */
type Labels = Readonly<Record<string, string>>;
export type Sample = { labels?: Labels; value: number };
export type Family = { name: string; help: string; kind: 'counter' | 'gauge'; samples: readonly Sample[] };

const of =
  (kind: Family['kind']) =>
  (name: string, help: string, value: number | readonly Sample[]): Family => ({
    name,
    help,
    kind,
    samples: typeof value === 'number' ? [{ value }] : value,
  });
/** A family of one number, or of several that their labels tell apart. */
export const gauge = of('gauge');
export const counter = of('counter');

/** A registry that holds what was read just now, for one answer. */
export const registryOf = (families: readonly Family[]): Registry => {
  const registry = new Registry();
  for (const { name, help, kind, samples } of families) {
    const labelNames = [...new Set(samples.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const about = { name, help, labelNames, registers: [registry] };
    if (kind === 'counter') {
      const metric = new Counter(about);
      for (const { labels = {}, value } of samples) metric.inc(labels, value);
    } else {
      const metric = new Gauge(about);
      for (const { labels = {}, value } of samples) metric.set(labels, value);
    }
  }
  return registry;
};
