/*
 * ffmpeg's framecrc muxer prints a line per frame, `stream, dts, pts, duration, size, crc`, after a head of `#name 0: value`
 * lines. Read as it comes, nothing is kept but the ends.
 */
export type FrameEnds = {
  /** Ticks per second of the numbers below. */
  ticksPerSecond: number;
  rateHz: number;
  channels: number;
  first: number;
  end: number;
  frames: number;
  /** Ticks of the second stream, summed up whatever its timestamps say; 0 where there is none. */
  counted: number;
};

export type FrameList = { push: (chunk: Buffer) => void; ends: () => FrameEnds | undefined };

const BYTES_PER_SAMPLE = 2;

/** Of a Vorbis stream that ends within its first page, the last packet lasts -39 ticks, printed without a sign. */
const signed = (duration: number): number => (duration >= 2 ** 31 ? duration - 2 ** 32 : duration);

/** `bytesAreSamples`: the frames are decoded pcm_s16le, so that their size tells the channels. */
export const createFrameList = ({ bytesAreSamples }: { bytesAreSamples: boolean }): FrameList => {
  const found: FrameEnds = { ticksPerSecond: 0, rateHz: 0, channels: 0, first: 0, end: 0, frames: 0, counted: 0 };
  let rest = '';

  const readHead = (line: string): void => {
    const tick = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (tick) found.ticksPerSecond = Number(tick[2]) / Number(tick[1]);
    const rate = /^#sample_rate 0: (\d+)/.exec(line);
    if (rate) found.rateHz = Number(rate[1]);
  };
  const readLine = (line: string): void => {
    if (line.startsWith('#')) return readHead(line);
    const [stream, , pts = NaN, printed = NaN, size = NaN] = line.split(',').map(Number);
    const duration = signed(printed);
    if (!Number.isFinite(pts) || !Number.isFinite(duration)) return;
    if (stream === 1) {
      found.counted += duration;
      return;
    }
    if (found.frames === 0) found.first = pts;
    found.frames++;
    found.end = Math.max(found.end, pts + duration);
    if (bytesAreSamples && duration > 0) found.channels ||= Math.round(size / duration / BYTES_PER_SAMPLE);
  };
  return {
    push: (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) readLine(line);
    },
    ends: () => (found.frames > 0 && found.ticksPerSecond > 0 && found.rateHz > 0 ? { ...found } : undefined),
  };
};
