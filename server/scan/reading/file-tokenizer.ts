import { AbstractTokenizer, EndOfStreamError, type IRandomAccessFileInfo, type IReadChunkOptions } from 'strtok3';
import { CONTAINER_MIME } from './container.ts';
import type { FileBytes } from './file-bytes.ts';
import { id3BodyWithoutPadding } from './id3-padding.ts';

/**
 * music-metadata's view of a file, answered synchronously: reads return values where the library's own tokenizer
 * returns promises, and `await` takes either. Nine tenths of its time per file went into those promises.
 * The one adapter file in which a class is allowed: strtok3 demands it.
 */

type Token<T> = { len: number; get(bytes: Uint8Array, offset: number): T };

/** 64 MiB: no cover, lyric or sample table worth having is larger, and a length field may claim anything. */
const MAX_ITEM_BYTES = 64 * 1024 * 1024;

/**
 * All items of a file together. The parser keeps what it reads, a sparse file of a few kilobytes may promise gigabytes of it, and
 * the limits of a worker do not count buffers. Twenty booklet pages in print quality are half of this.
 */
const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** One file is read after another, and a number is taken out at once. */
const NUMBER = new Uint8Array(16);

/**
 * Small arrays in a buffer they share: reading a number of one with a buffer of its own makes that buffer a thing to be
 * counted and freed, which costs more than the number. Only for formats of which it is known that their readers look at such an
 * array alone: those of Ogg and ASF take it for the whole of its buffer.
 */
const SHARING = new Set([CONTAINER_MIME.flac, CONTAINER_MIME.mpeg, CONTAINER_MIME.mp4]);
const SMALL_BYTES = 64;
const SLAB_BYTES = 16 * 1024;
let slab = { buffer: new ArrayBuffer(SLAB_BYTES), used: 0 };

const smallArray = (length: number): Uint8Array => {
  if (slab.used + length > SLAB_BYTES) slab = { buffer: new ArrayBuffer(SLAB_BYTES), used: 0 };
  const bytes = new Uint8Array(slab.buffer, slab.used, length);
  slab.used += length;
  return bytes;
};

export class SyncFileTokenizer extends AbstractTokenizer {
  fileInfo: IRandomAccessFileInfo;
  #bytes: FileBytes;
  #number = NUMBER;
  #mayShare: boolean;
  #readBytes = 0;

  constructor(bytes: FileBytes, mimeType: string) {
    super({ maxBufferSize: MAX_ITEM_BYTES });
    this.#bytes = bytes;
    this.#mayShare = SHARING.has(mimeType);
    this.fileInfo = { size: bytes.sizeBytes, mimeType };
  }

  supportsRandomAccess(): boolean {
    return true;
  }

  setPosition(position: number): void {
    this.validateLength(position, 'position');
    this.position = position;
  }

  #pay(bytes: number): void {
    this.#readBytes += bytes;
    if (this.#readBytes > MAX_FILE_BYTES) throw new Error('its tags and pictures are larger than 128 MB together');
  }

  #copy(target: Uint8Array, options?: IReadChunkOptions): number {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    this.#pay(length);
    const got = this.#bytes.copy(target, position, length);
    if (got < length && !mayBeLess) throw new EndOfStreamError();
    return got;
  }

  // The declared types say Promise; every caller awaits, so a plain number is what they get.
  override readBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const position = options?.position ?? this.position;
    this.position = position;
    const got = this.#copy(target, options);
    this.position = position + got;
    return got as unknown as Promise<number>;
  }

  override peekBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    return this.#copy(target, options) as unknown as Promise<number>;
  }

  #token<T>(token: Token<T>, position: number): T {
    if (token.len > this.fileInfo.size - position) throw new EndOfStreamError();
    this.validateBufferSize(token.len);
    this.#pay(token.len);
    // Always a fresh array: array tokens hand out views of what they are given, and a reused one changes under them.
    const bytes = id3BodyWithoutPadding(this.#bytes, position, token.len) ?? this.#fresh(position, token.len);
    return token.get(bytes, 0);
  }

  #fresh(position: number, length: number): Uint8Array {
    const bytes = this.#mayShare && length <= SMALL_BYTES ? smallArray(length) : new Uint8Array(length);
    if (this.#bytes.copy(bytes, position, length) < length) throw new EndOfStreamError();
    return bytes;
  }

  override readToken<T>(token: Token<T>, position = this.position): Promise<T> {
    const value = this.#token(token, position);
    this.position = position + token.len;
    return value as unknown as Promise<T>;
  }

  override peekToken<T>(token: Token<T>, position: number | null = this.position): Promise<T> {
    return this.#token(token, position ?? this.position) as unknown as Promise<T>;
  }

  #numeric<T>(token: Token<T>): T {
    if (token.len > this.#number.length) return this.#token(token, this.position);
    if (this.#bytes.copy(this.#number, this.position, token.len) < token.len) throw new EndOfStreamError();
    return token.get(this.#number, 0);
  }

  override readNumber(token: Token<number>): Promise<number> {
    const value = this.#numeric(token);
    this.position += token.len;
    return value as unknown as Promise<number>;
  }

  override peekNumber(token: Token<number>): Promise<number> {
    return this.#numeric(token) as unknown as Promise<number>;
  }
}
