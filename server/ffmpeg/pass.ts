import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Ffmpeg } from './find.ts';
import { openInput } from './input.ts';
import type { ByteRange } from './input.ts';
import { watchProgress } from './watchdog.ts';
import { GLOBAL_OPTIONS, INPUT_GUARDS } from './whitelist.ts';

export type Pass = {
  /** Absolute, as bytes on disk. */
  source: Buffer;
  /** Only this part of it. */
  range?: ByteRange | undefined;
  /** Before `-i`, after the whitelists. */
  inputOptions?: readonly string[];
  /** Everything after the input; what is printed goes to `-` (standard output). */
  output: readonly string[];
  /** Standard output, as it comes. */
  onOutput: (chunk: Buffer) => void;
  /** What is printed to `pipe:4`, as it comes: for passes that bring two things at once. */
  onSecondOutput?: (chunk: Buffer) => void;
  /** Standard error, as it comes. */
  onComplaint?: (chunk: Buffer) => void;
  /** ffmpeg's own verbosity; `info` prints what the headers claim. */
  verbosity?: 'error' | 'info';
  niceness?: number;
  /** No byte printed for so long, and not for want of a core: killed. */
  stallMs?: number;
  /** In all: killed. */
  limitMs?: number;
  signal?: AbortSignal | undefined;
};

export type PassEnd = {
  kind: 'ended' | 'stalled' | 'overran' | 'aborted';
  /** Say nothing by themselves: ffmpeg ends with 0 on a full disk and on a file cut short. */
  exitCode: number | undefined;
  /** The first part of what it complained of, the rest dropped: a broken file can print 40,000 lines. */
  complaints: string;
};

const MAX_COMPLAINT_BYTES = 32 * 1024;
const STALL_MS = 10_000;
const LIMIT_MS = 30 * 60_000;

/** Runs ffmpeg over one file to the end, for passes that read sound and print facts. Starting it for playing is not done here. */
export const runPass = (ffmpeg: Pick<Ffmpeg, 'path'>, pass: Pass): Promise<PassEnd> =>
  new Promise((resolve, reject) => {
    const input = openInput(pass.source, pass.range);
    const args = [
      ...GLOBAL_OPTIONS,
      '-nostats',
      '-v',
      pass.verbosity ?? 'error',
      ...INPUT_GUARDS,
      ...(pass.inputOptions ?? []),
    ];
    const child = spawn(ffmpeg.path, [...args, '-i', input.url, ...pass.output], {
      stdio: ['ignore', 'pipe', 'pipe', input.descriptor ?? 'ignore', pass.onSecondOutput ? 'pipe' : 'ignore'],
    });
    input.close();
    let kind: PassEnd['kind'] = 'ended';
    const kill = (why: PassEnd['kind']): void => {
      if (kind === 'ended') kind = why;
      child.kill('SIGKILL');
    };
    let read = 0;
    let complaints = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      read += chunk.length;
      pass.onOutput(chunk);
    });
    child.stdio[4]?.on('data', (chunk: Buffer) => {
      read += chunk.length;
      pass.onSecondOutput?.(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      pass.onComplaint?.(chunk);
      if (complaints.length < MAX_COMPLAINT_BYTES) complaints += chunk.toString('utf8');
    });
    const watchdog = watchProgress({
      stallMs: pass.stallMs ?? STALL_MS,
      progress: () => read,
      pid: () => child.pid,
      onStall: () => kill('stalled'),
    });
    const limit = setTimeout(() => kill('overran'), pass.limitMs ?? LIMIT_MS);
    const abort = (): void => kill('aborted');
    pass.signal?.addEventListener('abort', abort, { once: true });
    if (pass.signal?.aborted) abort();
    if (child.pid !== undefined && pass.niceness) lowerPriority(child.pid, pass.niceness);
    const settle = (): void => {
      watchdog.stop();
      clearTimeout(limit);
      pass.signal?.removeEventListener('abort', abort);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code) => {
      settle();
      resolve({ kind, exitCode: code ?? undefined, complaints: complaints.slice(0, MAX_COMPLAINT_BYTES) });
    });
  });

/** Niceness of a running child. It may have ended meanwhile, or raising it back may need rights we lack: both are no failure. */
export const lowerPriority = (pid: number, niceness: number): void => {
  try {
    setPriority(pid, niceness);
  } catch {
    // Nothing is lost but a little politeness.
  }
};
