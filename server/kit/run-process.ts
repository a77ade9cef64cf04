import { spawn } from 'node:child_process';

export type ProcessOutcome = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

type Limits = { timeoutMs: number; maxOutputBytes?: number; signal?: AbortSignal };

/**
 * Runs a short-lived program without a shell and answers what it printed. Output past `maxOutputBytes` (default 1 MiB
 * each) is dropped, never buffered. Rejects when the program cannot be started; past `timeoutMs` it is killed (SIGKILL).
 */
export const runProcess = (command: string, args: readonly string[], limits: Limits): Promise<ProcessOutcome> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const cap = limits.maxOutputBytes ?? 1 << 20;
    const collect = (stream: NodeJS.ReadableStream) => {
      const parts: Buffer[] = [];
      let size = 0;
      stream.on('data', (bytes: Buffer) => {
        if (size < cap) parts.push(bytes.subarray(0, cap - size));
        size += bytes.length;
      });
      return () => Buffer.concat(parts).toString('utf8');
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(kill, limits.timeoutMs);
    limits.signal?.addEventListener('abort', kill, { once: true });
    const tidy = () => {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', kill);
    };
    child.on('error', (error) => {
      tidy();
      reject(error);
    });
    child.on('close', (code, signal) => {
      tidy();
      resolve({ code, signal, stdout: stdout(), stderr: stderr() });
    });
  });
