/** How far something is, 0..1. The numbers beside it say the same in words, so the bar itself is for the eye. */
export const Meter = ({ done, label }: { done: number; label?: string }) => {
  const width = Math.round(1000 * Math.min(1, Math.max(0, done)));
  const named = label
    ? { role: 'progressbar', 'aria-label': label, 'aria-valuenow': String(width / 10) }
    : { 'aria-hidden': 'true' as const };
  return (
    <svg class="meter" viewBox="0 0 1000 6" preserveAspectRatio="none" {...named}>
      <rect width="1000" height="6" />
      <rect class="done" width={width} height="6" />
    </svg>
  );
};

export type Stat = { label: string; value: string; warn?: boolean };

export const Stats = ({ stats, live }: { stats: readonly Stat[]; live?: boolean }) => (
  <dl class="stats" aria-live={live ? 'polite' : undefined}>
    {stats.map((stat) => (
      <div>
        <dt>{stat.label}</dt>
        <dd class={stat.warn ? 'warn' : undefined}>{stat.value}</dd>
      </div>
    ))}
  </dl>
);
