import { crc32 } from 'node:zlib';
import { sha256Hex } from '../kit/index.ts';
import type { Checksums, LibraryFile } from './checksums.ts';
import { isChange, readFile, type Cut, type KnownFile } from './read-file.ts';
import { directory, layZip, localHeader, type ZipLayout } from './zip.ts';

/** What stands behind a name. */
export type Body =
  | { kind: 'original'; file: LibraryFile }
  /** Made here; its checksum was taken when it was. */
  | { kind: 'encoded'; file: KnownFile; crc: number }
  | { kind: 'bytes'; bytes: Buffer };

export type Member = { name: string; modifiedAtMs: number; body: Body };

/** Its bytes follow from its members alone: asked for again, with the same tag, it is the same to the last byte. */
export type Archive = { members: readonly Member[]; layout: ZipLayout; etag: string };

const sizeOf = (body: Body): number => (body.kind === 'bytes' ? body.bytes.length : body.file.sizeBytes);

const identityOf = (body: Body): string => {
  if (body.kind === 'bytes') return sha256Hex(body.bytes);
  if (body.kind === 'encoded') return `${body.crc} ${body.file.sizeBytes}`;
  const { fileId, sizeBytes, mtimeNs } = body.file;
  return `${fileId} ${sizeBytes} ${mtimeNs}`;
};

export const layArchive = (members: readonly Member[]): Archive => {
  const layout = layZip(
    members.map(({ name, modifiedAtMs, body }) => ({ name, modifiedAtMs, sizeBytes: sizeOf(body) })),
  );
  const facts = members.map(({ name, modifiedAtMs, body }) => [name, modifiedAtMs, identityOf(body)]);
  return { members, layout, etag: `"zip-${sha256Hex(JSON.stringify(facts)).slice(0, 32)}"` };
};

type ReadNeeds = { checksums: Checksums; signal: AbortSignal };

const crcOf = (body: Body, { checksums, signal }: ReadNeeds): number | Promise<number> => {
  if (body.kind === 'bytes') return crc32(body.bytes);
  return body.kind === 'encoded' ? body.crc : checksums.of(body.file, signal);
};

const readBody = async function* (body: Body, cut: Cut, needs: ReadNeeds): AsyncGenerator<Uint8Array> {
  if (body.kind === 'bytes') {
    yield body.bytes.subarray(cut.start, cut.end);
    return;
  }
  try {
    yield* readFile(body.file, cut, await crcOf(body, needs));
  } catch (error) {
    // Written anew under the same size and time, perhaps: the next attempt must not trust what was known of it.
    if (body.kind === 'original' && isChange(error)) needs.checksums.forget(body.file);
    throw error;
  }
};

/** The part of [at, at + length) that lies in `cut`, counted from `at`; undefined where none does. */
const overlap = (at: number, length: number, { start, end }: Cut): Cut | undefined => {
  const part = { start: Math.max(0, start - at), end: Math.min(length, end - at) };
  return part.start < part.end ? part : undefined;
};

/** The first member of which something lies behind `start`. */
const firstFrom = ({ members, layout }: Archive, start: number): number => {
  const endOf = (i: number): number => layout.headersAt[i + 1] ?? layout.directoryAt;
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(middle) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
};

const readDirectory = async ({ members, layout }: Archive, needs: ReadNeeds): Promise<Buffer> => {
  const crcs: number[] = [];
  for (const { body } of members) crcs.push(await crcOf(body, needs));
  return directory(layout, crcs);
};

/** The bytes [start, end) of an archive. Throws where a file is not what it was when the archive was laid out. */
export const readArchive = async function* (archive: Archive, cut: Cut, needs: ReadNeeds): AsyncGenerator<Uint8Array> {
  const { members, layout } = archive;
  for (let i = firstFrom(archive, cut.start); i < members.length; i++) {
    const [member, shown] = [members[i], layout.members[i]];
    const [headerAt = 0, bytesAt = 0] = [layout.headersAt[i], layout.bytesAt[i]];
    if (!member || !shown || headerAt >= cut.end) break;
    const inHeader = overlap(headerAt, bytesAt - headerAt, cut);
    if (inHeader) yield localHeader(shown, await crcOf(member.body, needs)).subarray(inHeader.start, inHeader.end);
    const inBytes = overlap(bytesAt, shown.sizeBytes, cut);
    if (inBytes) yield* readBody(member.body, inBytes, needs);
  }
  const inDirectory = overlap(layout.directoryAt, layout.sizeBytes - layout.directoryAt, cut);
  if (inDirectory) yield (await readDirectory(archive, needs)).subarray(inDirectory.start, inDirectory.end);
};
