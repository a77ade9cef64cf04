import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { counter, gauge, type Family } from './families.ts';

/** How long the loop was held up over the last whole window, whoever looks and how often. */
const WINDOW_MS = 15_000;
/** The watch ticks so often; what it measures has the pause between ticks in it. */
const TICK_MS = 20;
const NS = 1e9;

type Delay = { p50: number; p99: number; max: number };

export const watchLoop = () => {
  const histogram = monitorEventLoopDelay({ resolution: TICK_MS });
  histogram.enable();
  const seconds = (ns: number): number => Math.max(0, ns / NS - TICK_MS / 1000);
  const read = (): Delay => ({
    p50: seconds(histogram.percentile(50)),
    p99: seconds(histogram.percentile(99)),
    max: seconds(histogram.max),
  });
  let last: Delay | undefined;
  const timer = setInterval(() => {
    last = read();
    histogram.reset();
  }, WINDOW_MS).unref();
  return {
    delay: (): Delay => last ?? (histogram.count > 0 ? read() : { p50: 0, p99: 0, max: 0 }),
    stop: (): void => {
      clearInterval(timer);
      histogram.disable();
    },
  };
};
export type LoopWatch = ReturnType<typeof watchLoop>;

/** Undefined where there is no /proc. */
const openFiles = (): number | undefined => {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
};

/** Under the names that dashboards for Node know. */
export const processNumbers = (loop: LoopWatch): Family[] => {
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage();
  const { p50, p99, max } = loop.delay();
  const files = openFiles();
  return [
    counter('process_cpu_user_seconds_total', 'Time on the cores, of our own code.', user / 1e6),
    counter('process_cpu_system_seconds_total', 'Time on the cores, of the system for us.', system / 1e6),
    gauge('process_resident_memory_bytes', 'Memory that is really held.', memory.rss),
    gauge('nodejs_heap_size_used_bytes', 'Memory of the JavaScript heap in use.', memory.heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory of buffers.', memory.external),
    gauge('process_start_time_seconds', 'When the process started, since 1970.', performance.timeOrigin / 1000),
    ...(files === undefined ? [] : [gauge('process_open_fds', 'Files and sockets that are open.', files)]),
    gauge('nodejs_eventloop_lag_p50_seconds', 'Delay of the event loop, median of the last 15 s.', p50),
    gauge('nodejs_eventloop_lag_p99_seconds', 'Delay of the event loop, 99th percentile of the last 15 s.', p99),
    gauge('nodejs_eventloop_lag_max_seconds', 'Delay of the event loop, the longest of the last 15 s.', max),
  ];
};
