/*
 * An archive whose members are stored as they are (music does not shrink), so that where each byte lies follows from names
 * and sizes alone: per member a header and its bytes, behind them all the directory. Checksums stand in the headers, not
 * behind the bytes: every reader takes that, those that read from a pipe too. Where a size, a place or a count outgrows
 * its field, the Zip64 spelling is used for that one (APPNOTE 6.3.10: 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3).
 */
export type ZipMember = { name: string; sizeBytes: number; modifiedAtMs: number };

export type ZipLayout = {
  members: readonly ZipMember[];
  /** Where the header of each member begins, and where its bytes do. */
  headersAt: readonly number[];
  bytesAt: readonly number[];
  directoryAt: number;
  sizeBytes: number;
};

const MAX_32 = 0xffff_ffff;
const MAX_16 = 0xffff;
const LOCAL = 30;
const CENTRAL = 46;
const END = 22;
const END_64 = 56;
const LOCATOR_64 = 20;
/** A field of type 0x5455: the time in UTC, which the old one (local, by two seconds) cannot say. */
const TIME_FIELD = 9;
const UTF8_NAMES = 1 << 11;
const VERSION = 20;
const VERSION_64 = 45;
const UNIX = 3 << 8;
const PLAIN_FILE = 0o100644 * 0x1_0000;

const isBig = (value: number): boolean => value >= MAX_32;
const nameBytesOf = ({ name }: ZipMember): number => Buffer.byteLength(name);
const localSizeOf = (member: ZipMember): number =>
  LOCAL + nameBytesOf(member) + TIME_FIELD + (isBig(member.sizeBytes) ? 20 : 0);

/** What of a directory entry needs eight bytes. */
const bigFieldsOf = (member: ZipMember, headerAt: number): number[] => [
  ...(isBig(member.sizeBytes) ? [member.sizeBytes, member.sizeBytes] : []),
  ...(isBig(headerAt) ? [headerAt] : []),
];

const centralSizeOf = (member: ZipMember, headerAt: number): number => {
  const big = bigFieldsOf(member, headerAt).length;
  return CENTRAL + nameBytesOf(member) + TIME_FIELD + (big > 0 ? 4 + 8 * big : 0);
};

type Ending = { count: number; directoryAt: number; directoryBytes: number };
const needsEnd64 = ({ count, directoryAt, directoryBytes }: Ending): boolean =>
  count >= MAX_16 || isBig(directoryAt) || isBig(directoryBytes);

export const layZip = (members: readonly ZipMember[]): ZipLayout => {
  const headersAt: number[] = [];
  const bytesAt: number[] = [];
  let at = 0;
  let directoryBytes = 0;
  for (const member of members) {
    headersAt.push(at);
    directoryBytes += centralSizeOf(member, at);
    at += localSizeOf(member);
    bytesAt.push(at);
    at += member.sizeBytes;
  }
  const ending = { count: members.length, directoryAt: at, directoryBytes };
  const endBytes = END + (needsEnd64(ending) ? END_64 + LOCATOR_64 : 0);
  return { members, headersAt, bytesAt, directoryAt: at, sizeBytes: at + directoryBytes + endBytes };
};

/** Date and time as DOS had them, in UTC: an archive is the same wherever it is made. */
const dosTimeOf = (ms: number): { time: number; date: number } => {
  const at = new Date(Math.min(Math.max(ms, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31)));
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
};

/** Little-endian fields, one behind the other. */
const writer = (sizeBytes: number) => {
  const bytes = Buffer.alloc(sizeBytes);
  let at = 0;
  const it = {
    u16: (...values: number[]) => {
      for (const value of values) at = bytes.writeUInt16LE(value, at);
      return it;
    },
    u32: (...values: number[]) => {
      for (const value of values) at = bytes.writeUInt32LE(value, at);
      return it;
    },
    u64: (...values: number[]) => {
      for (const value of values) at = bytes.writeBigUInt64LE(BigInt(value), at);
      return it;
    },
    text: (value: string) => {
      at += bytes.write(value, at);
      return it;
    },
    bytes,
  };
  return it;
};
type Writer = ReturnType<typeof writer>;

const timeField = ({ modifiedAtMs }: ZipMember): Buffer => {
  const seconds = Math.min(Math.max(Math.floor(modifiedAtMs / 1000), 0), 0x7fff_ffff);
  const bytes = Buffer.alloc(TIME_FIELD);
  bytes.writeUInt16LE(0x5455, 0);
  bytes.writeUInt16LE(TIME_FIELD - 4, 2);
  bytes.writeUInt8(1, 4);
  bytes.writeUInt32LE(seconds, 5);
  return bytes;
};

/** What both headers of a member say, from the version on to the length of its name. */
const writeFacts = (out: Writer, member: ZipMember, facts: { crc: number; version: number; extra: number }): void => {
  const { time, date } = dosTimeOf(member.modifiedAtMs);
  const size = Math.min(member.sizeBytes, MAX_32);
  out.u16(facts.version, UTF8_NAMES, 0, time, date).u32(facts.crc, size, size).u16(nameBytesOf(member), facts.extra);
};

export const localHeader = (member: ZipMember, crc: number): Buffer => {
  const big = isBig(member.sizeBytes);
  const out = writer(localSizeOf(member) - TIME_FIELD);
  out.u32(0x0403_4b50);
  writeFacts(out, member, { crc, version: big ? VERSION_64 : VERSION, extra: TIME_FIELD + (big ? 20 : 0) });
  out.text(member.name);
  if (big) out.u16(1, 16).u64(member.sizeBytes, member.sizeBytes);
  return Buffer.concat([out.bytes, timeField(member)]);
};

const centralHeader = (member: ZipMember, { crc, headerAt }: { crc: number; headerAt: number }): Buffer => {
  const big = bigFieldsOf(member, headerAt);
  const version = big.length > 0 ? VERSION_64 : VERSION;
  const out = writer(centralSizeOf(member, headerAt) - TIME_FIELD);
  out.u32(0x0201_4b50).u16(UNIX | version);
  writeFacts(out, member, { crc, version, extra: TIME_FIELD + (big.length > 0 ? 4 + 8 * big.length : 0) });
  out.u16(0, 0, 0).u32(PLAIN_FILE, Math.min(headerAt, MAX_32)).text(member.name);
  if (big.length > 0) out.u16(1, 8 * big.length).u64(...big);
  return Buffer.concat([out.bytes, timeField(member)]);
};

const endRecords = (ending: Ending): Buffer => {
  const { count, directoryAt, directoryBytes } = ending;
  const big = needsEnd64(ending);
  const out = writer(END + (big ? END_64 + LOCATOR_64 : 0));
  if (big) {
    out
      .u32(0x0606_4b50)
      .u64(END_64 - 12)
      .u16(UNIX | VERSION_64, VERSION_64)
      .u32(0, 0);
    out.u64(count, count, directoryBytes, directoryAt);
    out
      .u32(0x0706_4b50, 0)
      .u64(directoryAt + directoryBytes)
      .u32(1);
  }
  const shown = Math.min(count, MAX_16);
  out.u32(0x0605_4b50).u16(0, 0, shown, shown);
  out.u32(Math.min(directoryBytes, MAX_32), Math.min(directoryAt, MAX_32)).u16(0);
  return out.bytes;
};

/** All that stands behind the last member. `crcs` in the order of the members. */
export const directory = ({ members, headersAt, directoryAt }: ZipLayout, crcs: readonly number[]): Buffer => {
  const entries = members.map((member, i) => centralHeader(member, { crc: crcs[i] ?? 0, headerAt: headersAt[i] ?? 0 }));
  const directoryBytes = entries.reduce((sum, it) => sum + it.length, 0);
  return Buffer.concat([...entries, endRecords({ count: members.length, directoryAt, directoryBytes })]);
};
