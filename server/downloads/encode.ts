import { open, stat } from 'node:fs/promises';
import { runPass, type Ffmpeg, type PassEnd } from '../ffmpeg/index.ts';
import { insideRoot } from '../kit/index.ts';

/** An M4A that is wanted: AAC with tags and cover, as a phone shows it. */
export type Wanted = {
  /** Of all that makes its bytes what they are. */
  key: string;
  source: Buffer;
  /** The folder that it must not lead out of. */
  root: Buffer;
  /** A part of it, in samples of the source: a track of a CUE sheet. */
  cut: { start: number; end: number | undefined } | undefined;
  channels: number;
  rateHz: number;
  tags: Readonly<Record<string, string>>;
  /** The file of a JPEG. */
  cover: string | undefined;
  /** What it will take at most, nearly. */
  sizeBytes: number;
};

/** To be raised when the same source would come out otherwise. */
export const RECIPE = 1;

const KBPS = { mono: 128, stereo: 256 } as const;
const HEADS_BYTES = 400_000;

export const sizeEstimate = (durationMs: number, channels: number): number =>
  Math.ceil((durationMs * KBPS[channels === 1 ? 'mono' : 'stereo'] * 1.05) / 8) + HEADS_BYTES;

const baseRate = (rateHz: number): number => (rateHz % 11_025 === 0 ? 44_100 : 48_000);

/** Our own picture, from our own folder: one JPEG and nothing else. */
const coverInput = (cover: string): string[] =>
  [
    ['-protocol_whitelist', 'file'],
    ['-format_whitelist', 'jpeg_pipe'],
    ['-codec_whitelist', 'mjpeg'],
    ['-f', 'jpeg_pipe', '-i', `file:${cover}`],
  ].flat();
const coverOutput = ['-map', '1:v:0', '-c:v', 'copy', '-disposition:v:0', 'attached_pic'];

const filterOf = ({ cut, rateHz }: Wanted): string => {
  const end = cut?.end === undefined ? '' : `:end_sample=${cut.end}`;
  const trim = cut ? `atrim=start_sample=${cut.start}${end},asetpts=PTS-STARTPTS,` : '';
  return `${trim}aresample=${baseRate(rateHz)},aformat=channel_layouts=mono|stereo`;
};

/** All after the input. The same source comes out the same, to the last byte. */
export const encodeArguments = (wanted: Wanted, target: string): string[] => {
  const { cover, tags, channels } = wanted;
  return [
    cover === undefined ? [] : coverInput(cover),
    ['-map', '0:a:0', '-sn', '-dn'],
    cover === undefined ? ['-vn'] : coverOutput,
    ['-map_metadata', '-1', '-map_chapters', '-1'],
    Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]),
    ['-af', filterOf(wanted), '-c:a', 'aac', '-b:a', `${KBPS[channels === 1 ? 'mono' : 'stereo']}k`],
    ['-fflags', '+bitexact', '-flags:a', '+bitexact', '-movflags', '+faststart'],
    ['-progress', '-', '-f', 'ipod', `file:${target}`],
  ].flat();
};

/** Whether the boxes of a file fill it exactly and there is sound in it: ffmpeg ends with 0 on a full disk too. */
export const isWholeM4a = async (path: string): Promise<boolean> => {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const found = new Set<string>();
    const head = Buffer.alloc(16);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await handle.read(head, 0, 16, at);
      if (bytesRead < 8) return false;
      const short = head.readUInt32BE(0);
      const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
      const name = head.toString('latin1', 4, 8);
      if (length < 8) return false;
      if (name !== 'mdat' || length > 16) found.add(name);
      at += length;
    }
    return at === size && ['ftyp', 'moov', 'mdat'].every((name) => found.has(name));
  } finally {
    await handle.close();
  }
};

const LOW_PRIORITY = 10;
const STALL_MS = 60_000;

export type EncodeEnd = { kind: 'made' } | { kind: 'stopped' } | { kind: 'failed'; why: string };

const WHY: Record<Exclude<PassEnd['kind'], 'ended' | 'aborted'>, string> = {
  stalled: 'the disk did not answer',
  overran: 'it took too long',
};

export const encode = async (
  ffmpeg: Pick<Ffmpeg, 'path'>,
  wanted: Wanted,
  { target, signal }: { target: string; signal: AbortSignal },
): Promise<EncodeEnd> => {
  // Since the scan it may have become a link to anywhere.
  if (!(await insideRoot(wanted.root, wanted.source))) return { kind: 'failed', why: 'it does not lie in its folder' };
  const end = await runPass(ffmpeg, {
    source: wanted.source,
    output: encodeArguments(wanted, target),
    onOutput: () => undefined,
    niceness: LOW_PRIORITY,
    stallMs: STALL_MS,
    signal,
  });
  if (end.kind === 'aborted') return { kind: 'stopped' };
  if (end.kind !== 'ended') return { kind: 'failed', why: WHY[end.kind] };
  if (end.exitCode !== 0)
    return { kind: 'failed', why: end.complaints.slice(0, 300) || `ffmpeg ended with ${end.exitCode}` };
  const written = await stat(target).catch(() => undefined);
  if (!written || !(await isWholeM4a(target))) return { kind: 'failed', why: 'what was written is not whole' };
  return { kind: 'made' };
};
