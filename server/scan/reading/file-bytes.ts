import { readSync } from 'node:fs';

/**
 * Random access to one open file through two windows: a head of 64 KiB, which holds all there is to know of most
 * files, and a movable one of 16 KiB for tails and jumps. The windows belong to the thread and serve one file after
 * another, so what `view` returns is valid until the next call only.
 */
export type FileBytes = {
  readonly sizeBytes: number;
  /** Copies up to `length` bytes from `position` into the start of `target`; returns how many there were. */
  copy(target: Uint8Array, position: number, length: number): number;
  /** The bytes at `position`, fewer at the end of the file. At most 64 KiB. */
  view(position: number, length: number): Uint8Array;
};

const HEAD_BYTES = 64 * 1024;
const SIDE_BYTES = 16 * 1024;

type Window = { buffer: Uint8Array; start: number; end: number };

/** allocUnsafeSlow: a pooled buffer has a byteOffset, which music-metadata's Ogg reader ignores. */
const head: Window = { buffer: Buffer.allocUnsafeSlow(HEAD_BYTES), start: 0, end: 0 };
const side: Window = { buffer: Buffer.allocUnsafeSlow(HEAD_BYTES), start: 0, end: 0 };

function fill(fd: number, window: Window, from: { position: number; length: number }): void {
  let got = 0;
  while (got < from.length) {
    const n = readSync(fd, window.buffer, got, from.length - got, from.position + got);
    if (n === 0) break;
    got += n;
  }
  window.start = from.position;
  window.end = from.position + got;
}

const holds = (window: Window, position: number, length: number): boolean =>
  position >= window.start && position + length <= window.end;

export function fileBytes(fd: number, sizeBytes: number): FileBytes {
  fill(fd, head, { position: 0, length: Math.min(HEAD_BYTES, sizeBytes) });
  side.start = side.end = 0;

  const windowFor = (position: number, length: number): Window => {
    if (holds(head, position, length)) return head;
    if (holds(side, position, length)) return side;
    fill(fd, side, { position, length: Math.min(Math.max(length, SIDE_BYTES), sizeBytes - position) });
    return side;
  };

  const view = (position: number, length: number): Uint8Array => {
    const wanted = Math.min(length, HEAD_BYTES, sizeBytes - position);
    if (wanted <= 0) return new Uint8Array(0);
    const window = windowFor(position, wanted);
    return window.buffer.subarray(position - window.start, Math.min(position + wanted, window.end) - window.start);
  };

  const copy = (target: Uint8Array, position: number, length: number): number => {
    const wanted = Math.min(length, sizeBytes - position);
    if (wanted <= 0) return 0;
    if (wanted <= HEAD_BYTES) {
      const found = view(position, wanted);
      target.set(found);
      return found.length;
    }
    let got = 0;
    while (got < wanted) {
      const n = readSync(fd, target, got, wanted - got, position + got);
      if (n === 0) break;
      got += n;
    }
    return got;
  };

  return { sizeBytes, copy, view };
}
