// Every program the bootstrap starts: none outlives it, and its exit code becomes ours.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { places } from './places.mjs';

const running = new Set();
const steps = new WeakSet();
let asked = false;

const OWN_GROUP = process.platform !== 'win32';
const HURRY_AFTER_MS = 2000;

/*
 * A step of the set-up has a group of its own: npm and the compilers start programs that would live on, hold our pipes and
 * write into the clone. One that does not end soon is killed; nothing half done is ever taken for done.
 */
const stopStep = (child, signal) => {
  const tellAll = (what) => {
    try {
      if (OWN_GROUP) process.kill(-child.pid, what);
      else child.kill(what);
    } catch {
      // It has ended meanwhile.
    }
  };
  tellAll(signal);
  setTimeout(() => tellAll('SIGKILL'), HURRY_AFTER_MS).unref();
};

const stop = (child, signal) => (steps.has(child) ? stopStep(child, signal) : child.kill(signal));

/** TERM, INT and HUP reach what we started; with nothing running they end us as they would have. */
export const forwardSignals = () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      if (running.size === 0) process.exit(128 + constants.signals[signal]);
      asked = true;
      for (const child of running) stop(child, signal);
    });
  }
};

/**
 * npm forwards TERM to the shell it started us with, not to us: the shell dies and we would live on, with the server. So
 * under npm, a parent that is gone is a TERM. (Not elsewhere: `nohup node ... &` outlives its shell on purpose.)
 */
export const endWithNpm = () => {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !asked) process.kill(process.pid, 'SIGTERM');
  }, 250).unref();
};

let tell;
/** Who wants to know which step is under way: called with its process number, and without one when it has ended. */
export const onStep = (listener) => {
  tell = listener;
};

const codeOf = (code, signal) => (signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));

/** Runs a program to its end and answers its exit code (128 + number when a signal ended it). */
export const run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: places.project, stdio: 'inherit', ...options });
    running.add(child);
    child.on('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve(codeOf(code, signal));
    });
  });

/** Runs a quiet step and answers its code and the end of what it printed, for when it fails. */
export const runStep = async (command, args, options = {}) => {
  let printed = '';
  const keep = (bytes) => {
    printed = (printed + bytes).slice(-6000);
  };
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: places.project,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: OWN_GROUP,
      ...options,
    });
    running.add(child);
    steps.add(child);
    tell?.(child.pid);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      running.delete(child);
      tell?.();
      reject(error);
    });
    child.on('close', (exit, signal) => {
      running.delete(child);
      tell?.();
      // A step of the set-up that was interrupted must not be followed by the next one.
      if (asked) process.exit(codeOf(exit, signal) || 130);
      resolve(codeOf(exit, signal));
    });
  });
  return { code, printed: printed.trim() };
};
