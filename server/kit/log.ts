import { pino } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

type Write = { (facts: object, message?: string): void; (message: string): void };

/** The slice of pino that rooms use. Facts first, then one sentence; never a secret in either. */
export type Log = {
  trace: Write;
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  child: (facts: Record<string, unknown>) => Log;
};

/** JSON lines on standard error: standard output belongs to the few lines a person or a script waits for. */
export const createLog = (level: LogLevel): Log =>
  pino(
    { level, base: null, redact: ['password', 'token', 'code', 'cookie', 'authorization', '*.password', '*.token'] },
    pino.destination({ dest: 2, sync: true }),
  );

export const silentLog: Log = pino({ level: 'silent' });
