/*
 * The text that Prometheus reads (exposition format 0.0.4): per family a line of help, a line of type, then one line per
 * series. Names and labels are our own; only values come from outside.
 */
export type Labels = Readonly<Record<string, string>>;
export type Sample = { labels?: Labels; value: number };
export type Family = {
  name: string;
  help: string;
  kind: 'counter' | 'gauge' | 'histogram';
  /** Of a histogram: as made by `histogramSamples`, the rest of the name in front. */
  samples: readonly (Sample & { suffix?: string })[];
};

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

const escapeLabel = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
const escapeHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
};

const seriesText = (labels: Labels = {}): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
};

export const writeFamilies = (families: readonly Family[]): string =>
  families
    .flatMap(({ name, help, kind, samples }) => [
      `# HELP ${name} ${escapeHelp(help)}`,
      `# TYPE ${name} ${kind}`,
      ...samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${seriesText(labels)} ${numberText(value)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');

/** Counts per set of labels. Beyond `most` sets, new ones are counted together as one that says so. */
export const createCounter = <Name extends string>(names: readonly Name[], most = 5000) => {
  const series = new Map<string, { labels: Labels; value: number }>();
  const overflow = Object.fromEntries(names.map((name) => [name, 'other']));
  return {
    add: (labels: Readonly<Record<Name, string>>, by = 1): void => {
      const key = names.map((name) => labels[name]).join('\0');
      const known = series.get(key);
      if (known) known.value += by;
      else if (series.size < most) series.set(key, { labels, value: by });
      else {
        const rest = series.get('') ?? { labels: overflow, value: 0 };
        rest.value += by;
        series.set('', rest);
      }
    },
    samples: (): Sample[] => [...series.values()],
  };
};

type Buckets = { labels: Labels; counts: number[]; sum: number; count: number };

/** How long things took, per set of labels, in seconds. */
export const createHistogram = <Name extends string>(names: readonly Name[], bounds: readonly number[]) => {
  const series = new Map<string, Buckets>();
  return {
    observe: (labels: Readonly<Record<Name, string>>, seconds: number): void => {
      const key = names.map((name) => labels[name]).join('\0');
      const it = series.get(key) ?? { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
      series.set(key, it);
      bounds.forEach((bound, i) => {
        if (seconds <= bound) it.counts[i] = (it.counts[i] ?? 0) + 1;
      });
      it.sum += seconds;
      it.count += 1;
    },
    samples: (): Family['samples'] =>
      [...series.values()].flatMap(({ labels, counts, sum, count }) => [
        ...bounds.map((bound, i) => ({
          suffix: '_bucket',
          labels: { ...labels, le: numberText(bound) },
          value: counts[i] ?? 0,
        })),
        { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: count },
      ]),
  };
};
