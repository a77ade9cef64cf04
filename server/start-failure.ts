import { accessSync, constants, statSync } from 'node:fs';
import type { Config } from './config/index.ts';
import { isProblem, type Problem } from './kit/index.ts';

const LISTENING: Record<string, (at: string) => string> = {
  EADDRINUSE: (at) =>
    `Port ${at} is in use: stop the program that has it, or choose another with --port N (0 finds a free one).`,
  EACCES: (at) => `This user may not listen on ${at}: choose a port from 1024 up with --port N.`,
  EADDRNOTAVAIL: (at) => `This machine has no address ${at}: choose another with --host ADDRESS.`,
  ENOTFOUND: (at) => `The address ${at} is not known: choose another with --host ADDRESS.`,
};

type SystemError = Error & { code?: string; syscall?: string; address?: string; port?: number; hostname?: string };

/** On the command line nobody sees a form: what is amiss with each thing given is said here. */
const inWords = ({ message, facts }: Problem): string => {
  const amiss = (facts.errors ?? []).map(({ path, message: why }) => `${path}: ${why}`);
  return [message, ...amiss].join(' ');
};

/** Why it cannot start, as one sentence with what to do; with the stack only where we do not know better. */
export const startFailure = (error: unknown): string => {
  if (isProblem(error)) return inWords(error);
  if (!(error instanceof Error)) return String(error);
  const { code = '', syscall, address, hostname, port } = error as SystemError;
  const sentence = LISTENING[code];
  const where = address ?? hostname ?? '';
  if (sentence && /^(listen|getaddrinfo)$/.test(syscall ?? ''))
    return sentence(port === undefined ? where : `${port} (${where})`);
  return `It could not start, for a reason it does not know: ${error.stack ?? error.message}`;
};

const troubleWith = (path: string): string | undefined => {
  try {
    if (!statSync(path).isDirectory()) return 'is not a folder';
    accessSync(path, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES' ? 'cannot be read' : 'does not exist';
  }
};

/**
 * Media folders that cannot be used, as sentences. The start goes on: a disk may be mounted later, and what is known of its
 * music stays listed (as missing) until then.
 */
export const missingMedia = ({ media }: Pick<Config, 'media'>): string[] =>
  media.flatMap((path) => {
    const trouble = troubleWith(path);
    return trouble
      ? [
          `The media folder ${path} ${trouble}: it is shown as missing. Correct the path or its rights, or connect its disk; it is picked up by the next scan.`,
        ]
      : [];
  });
