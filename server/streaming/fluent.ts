import type { Readable } from 'node:stream';
import Ffmpeg from 'fluent-ffmpeg';
import { GLOBAL_OPTIONS, INPUT_GUARDS, lowerPriority } from '../ffmpeg/index.ts';
import type { RunCommand } from './run-arguments.ts';

/*
 * The only file that knows fluent-ffmpeg, and as little of it as there is: upstream is archived, so that a plain spawn must
 * be able to take its place. Its capability probes are switched off (they cost 137 ms once, and their regular expressions
 * fail on newer builds; our own check is in the ffmpeg room), no `progress` listener is added (each would start an ffprobe),
 * its `timeout` is not used (it sends SIGTERM, on which ffmpeg finishes and publishes a truncated segment).
 */
type Capabilities = {
  _checkCapabilities: (done: (error: null) => void) => void;
  availableEncoders: (done: (error: null, encoders: object) => void) => void;
};
type WithProcess = { ffmpegProc?: { pid?: number; stderr?: Readable } };

const STDERR_LINES = 50;
/** What comes after that is not even decoded: a broken file can print 40,000 lines. */
const STDERR_BYTES = 64 * 1024;

const hearLittle = (stderr: Readable | undefined): void => {
  let heard = 0;
  stderr?.on('data', (chunk: Buffer | string) => {
    heard += chunk.length;
    if (heard > STDERR_BYTES) stderr.removeAllListeners('data').resume();
  });
};

export type Encode = {
  binary: string;
  command: RunCommand;
  /** The playlist ffmpeg writes beside its segments; we never read it. */
  target: string;
};

export type Encoding = {
  /** Resolves when the process has ended, however: what it says of itself proves nothing. `why` is for the log. */
  ended: Promise<{ failed: boolean; why: string }>;
  kill: () => void;
  setNiceness: (niceness: number) => void;
  pid: () => number | undefined;
};

const lastWords = (error: Error, stderr: string | null): string =>
  [error.message, ...(stderr ?? '').trim().split('\n').slice(-3)].join(' | ').slice(0, 600);

export const startEncoding = ({ binary, command, target }: Encode): Encoding => {
  const ff = Ffmpeg({ stdoutLines: STDERR_LINES } as Ffmpeg.FfmpegCommandOptions);
  ff.setFfmpegPath(binary);
  const quiet = ff as unknown as Capabilities & WithProcess;
  quiet._checkCapabilities = (done) => done(null);
  quiet.availableEncoders = (done) => done(null, {});
  command.inputs.forEach(({ url, options }, i) => {
    const lavfi = options.includes('lavfi');
    const first = i === 0 ? [...GLOBAL_OPTIONS, '-v', 'error'] : [];
    // As varargs: an element with exactly one space in it would be split if they came as one array.
    ff.input(url).inputOptions(...first, ...(lavfi ? [] : INPUT_GUARDS), ...options);
  });
  ff.outputOptions(...command.filter, ...command.output).output(target);

  let killed = false;
  let niceness = 0;
  const pid = (): number | undefined => quiet.ffmpegProc?.pid;
  const ended = new Promise<{ failed: boolean; why: string }>((resolve) => {
    ff.on('end', () => resolve({ failed: false, why: '' }));
    ff.on('error', (error: Error, _stdout: string | null, stderr: string | null) =>
      resolve({ failed: true, why: lastWords(error, stderr) }),
    );
  });
  ff.on('start', () => {
    const child = pid();
    hearLittle(quiet.ffmpegProc?.stderr);
    if (killed) ff.kill('SIGKILL');
    else if (child !== undefined && niceness > 0) lowerPriority(child, niceness);
  });
  ff.run();
  return {
    ended,
    pid,
    kill: () => {
      killed = true;
      ff.kill('SIGKILL');
    },
    setNiceness: (wanted) => {
      niceness = wanted;
      const child = pid();
      if (child !== undefined) lowerPriority(child, wanted);
    },
  };
};
