/*
 * Reading of ISO base media boxes (ISO/IEC 14496-12), as far as segments need it: what ffmpeg says on its exit and the
 * existence of a file prove nothing (a full disk gives exit code 0 and empty segments), so every segment is read before
 * it is published.
 */
export type Box = { type: string; start: number; bodyStart: number; end: number };

const HEADER = 8;

/** Of one level: the header of a file that somebody sent may hold millions, and they are read between two answers. */
const MOST_BOXES = 10_000;

/** The boxes of [from, to). Undefined where a size does not fit (the file was cut), and where there are too many. */
export const boxesIn = (bytes: Buffer, from = 0, to = bytes.length): Box[] | undefined => {
  const boxes: Box[] = [];
  let at = from;
  while (at < to) {
    if (at + HEADER > to) return undefined;
    const short = bytes.readUInt32BE(at);
    const wide = short === 1;
    if (wide && at + 16 > to) return undefined;
    const size = wide ? Number(bytes.readBigUInt64BE(at + HEADER)) : short === 0 ? to - at : short;
    const bodyStart = at + (wide ? 16 : HEADER);
    if (at + size > to || at + size < bodyStart) return undefined;
    if (boxes.length === MOST_BOXES) return undefined;
    boxes.push({ type: bytes.toString('latin1', at + 4, at + HEADER), start: at, bodyStart, end: at + size });
    at += size;
  }
  return boxes;
};

/** Every box at the end of a path of types, the outermost first; none where those on the way do not fit or are too many. */
export const findBoxes = (bytes: Buffer, path: readonly string[]): Box[] => {
  let level: Box[] = [{ type: '', start: 0, bodyStart: 0, end: bytes.length }];
  for (const type of path) {
    const found: Box[] = [];
    let seen = 0;
    for (const box of level) {
      const children = boxesIn(bytes, box.bodyStart, box.end);
      seen += children?.length ?? 0;
      if (!children || seen > MOST_BOXES) return [];
      found.push(...children.filter((child) => child.type === type));
    }
    level = found;
  }
  return level;
};

const TFHD_OPTIONAL_BEFORE_DURATION = [
  { flag: 0x1, size: 8 },
  { flag: 0x2, size: 4 },
];

const defaultDurationOf = (bytes: Buffer, tfhd: Box | undefined): number => {
  if (!tfhd) return 0;
  const flags = bytes.readUIntBE(tfhd.bodyStart + 1, 3);
  if (!(flags & 0x8)) return 0;
  let at = tfhd.bodyStart + 8;
  for (const { flag, size } of TFHD_OPTIONAL_BEFORE_DURATION) if (flags & flag) at += size;
  return at + 4 <= tfhd.end ? bytes.readUInt32BE(at) : 0;
};

type Run = { samples: number; duration: number; bytes: number };

const readTrun = (bytes: Buffer, trun: Box, defaultDuration: number): Run | undefined => {
  const flags = bytes.readUIntBE(trun.bodyStart + 1, 3);
  const samples = bytes.readUInt32BE(trun.bodyStart + 4);
  const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag);
  let at = trun.bodyStart + 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
  if (at + samples * fields.length * 4 > trun.end) return undefined;
  const total = { samples, duration: flags & 0x100 ? 0 : samples * defaultDuration, bytes: 0 };
  for (let i = 0; i < samples; i++)
    for (const field of fields) {
      if (field === 0x100) total.duration += bytes.readUInt32BE(at);
      if (field === 0x200) total.bytes += bytes.readUInt32BE(at);
      at += 4;
    }
  return total;
};

export type SegmentReading =
  { kind: 'segment'; decodeTime: number; duration: number; frames: number } | { kind: 'broken'; why: string };

const broken = (why: string): SegmentReading => ({ kind: 'broken', why });

const readDecodeTime = (bytes: Buffer, tfdt: Box): number =>
  bytes[tfdt.bodyStart] === 1
    ? Number(bytes.readBigUInt64BE(tfdt.bodyStart + 4))
    : bytes.readUInt32BE(tfdt.bodyStart + 4);

/** What a media segment holds: its decode time and the sum of its durations, in samples. */
export const readSegment = (bytes: Buffer): SegmentReading => {
  const top = boxesIn(bytes);
  if (!top?.length) return broken('its boxes do not add up to its size');
  if (!top.some((box) => box.type === 'mdat')) return broken('it has no media data');
  const tracks = findBoxes(bytes, ['moof', 'traf']);
  let decodeTime: number | undefined;
  const total = { duration: 0, frames: 0, bytes: 0 };
  for (const track of tracks) {
    const children = boxesIn(bytes, track.bodyStart, track.end) ?? [];
    const tfdt = children.find((box) => box.type === 'tfdt');
    if (!tfdt) return broken('a fragment has no decode time');
    decodeTime ??= readDecodeTime(bytes, tfdt);
    const usual = defaultDurationOf(
      bytes,
      children.find((box) => box.type === 'tfhd'),
    );
    for (const trun of children.filter((box) => box.type === 'trun')) {
      const run = readTrun(bytes, trun, usual);
      if (!run) return broken('a run of frames is cut');
      total.duration += run.duration;
      total.frames += run.samples;
      total.bytes += run.bytes;
    }
  }
  if (decodeTime === undefined) return broken('it has no fragment');
  const room = top.filter((box) => box.type === 'mdat').reduce((sum, box) => sum + box.end - box.bodyStart, 0);
  if (total.bytes > room) return broken('it promises more media data than it holds');
  return { kind: 'segment', decodeTime, duration: total.duration, frames: total.frames };
};

/** Undefined when the segment is what the grid promises, else what is wrong with it. */
export const faultOf = (bytes: Buffer, expected: { start: number; samples: number }): string | undefined => {
  const reading = readSegment(bytes);
  if (reading.kind === 'broken') return reading.why;
  if (reading.decodeTime !== expected.start) return `it starts at ${reading.decodeTime}, not at ${expected.start}`;
  if (reading.duration !== expected.samples) return `it lasts ${reading.duration} samples, not ${expected.samples}`;
  return undefined;
};

/**
 * An init segment whose edit list skips the encoder's priming, so that a player which honours edit lists puts the first
 * sample of music at 0 and AAC agrees with FLAC. Ours are written with media_time 0; anything else is left as it is.
 */
export const withPrimingEdit = (init: Buffer, priming: number): Buffer => {
  const patched = Buffer.from(init);
  for (const box of findBoxes(patched, ['moov', 'trak', 'edts', 'elst'])) {
    const wide = patched[box.bodyStart] === 1;
    if (patched.readUInt32BE(box.bodyStart + 4) !== 1) continue;
    const at = box.bodyStart + 8 + (wide ? 8 : 4);
    if (wide && patched.readBigInt64BE(at) === 0n) patched.writeBigInt64BE(BigInt(priming), at);
    if (!wide && patched.readInt32BE(at) === 0) patched.writeInt32BE(priming, at);
  }
  return patched;
};

/**
 * A FLAC init segment that says nothing of the sound it was made from: frame sizes, length and MD5 of STREAMINFO become 0,
 * which is "unknown" (FLAC format, METADATA_BLOCK_STREAMINFO). Those of the silence would be lies about every track: a decoder
 * may reserve the 16 bytes that a frame of silence takes, stop after 4,800 samples, or find the wrong MD5.
 */
export const withoutStreamFacts = (init: Buffer): Buffer => {
  const neutral = Buffer.from(init);
  const at = neutral.indexOf('dfLa');
  // The name, version and flags, and the head of the first block.
  const info = at + 4 + 4 + 4;
  if (at < 0 || info + 34 > neutral.length) return neutral;
  neutral.fill(0, info + 4, info + 10);
  neutral.writeUInt8(neutral.readUInt8(info + 13) & 0xf0, info + 13);
  neutral.fill(0, info + 14, info + 34);
  return neutral;
};
