/**
 * Recordings for the deck's tests: noise of an odd number of samples, cut by ffmpeg as the streaming engine cuts,
 * with the samples that went in kept for comparison.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from '../../../web/player/engine/timeline.ts';

const SEGMENT_SAMPLES = 184_320;

export type Cut = {
  id: string;
  family: 'aac' | 'flac';
  sampleRateHz: number;
  totalSamples: number;
  kbps?: readonly number[];
  bits?: 16 | 24;
  /** Default: the engine's. Shorter ones make a test shorter. */
  segmentSamples?: number;
  /** A stretch of another recording's samples instead of its own: an album cut in the middle of the music. */
  from?: { id: string; sample: number };
};

export const findFfmpeg = (): string | undefined =>
  [process.env['EVENSONG_FFMPEG'], 'ffmpeg'].find((path) => path && spawnSync(path, ['-version']).status === 0);

function run(ffmpeg: string, args: readonly string[]): Buffer {
  const done = spawnSync(ffmpeg, ['-nostdin', '-v', 'error', ...args], { maxBuffer: 2 ** 28, timeout: 60_000 });
  if (done.status !== 0) throw new Error(`ffmpeg: ${done.stderr.toString().slice(-400)}`);
  return done.stdout;
}

/** Noise with little above 8 kHz, so that AAC keeps its shape; every id sounds different and always the same. */
function noise(id: string, samples: number): Int16Array {
  let seed = Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
  let low = 0;
  return Int16Array.from({ length: samples }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    low += (seed / 2 ** 31 - 1 - low) * 0.35;
    return Math.round(low * 12_000);
  });
}

/** Both sides alike: what an encoder makes of one channel may be scaled. */
function wave(pcm: Int16Array, sampleRateHz: number): Buffer {
  const both = new Int16Array(pcm.length * 2);
  pcm.forEach((value, i) => both.fill(value, 2 * i, 2 * i + 2));
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + both.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(sampleRateHz, 24);
  head.writeUInt32LE(sampleRateHz * 4, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(both.byteLength, 40);
  return Buffer.concat([head, Buffer.from(both.buffer)]);
}

function encoder(cut: Cut, kbps: number): string[] {
  const { totalSamples, sampleRateHz } = cut;
  // The last AAC frame keeps its full 1024 samples: a shortened one is not trimmed by any MSE player.
  const paddedSamples = Math.ceil(totalSamples / 1024) * 1024;
  const trim = `aresample=${sampleRateHz}:async=1,aformat=channel_layouts=stereo,atrim=start_pts=0:end_pts=${totalSamples}`;
  if (cut.family === 'aac') {
    return ['-af', `${trim},apad=whole_len=${paddedSamples},asetpts=PTS+1024`, '-c:a', 'aac', '-b:a', `${kbps}k`];
  }
  const format = cut.bits === 24 ? 's32' : 's16';
  const deep = cut.bits === 24 ? ['-bits_per_raw_sample', '24'] : [];
  const chain = `${trim},apad=whole_len=${totalSamples},aformat=sample_fmts=${format}`;
  return ['-af', chain, '-c:a', 'flac', ...deep, '-frame_size', '4096', '-strict', '-2'];
}

/** Writes `{dir}/{id}/{kbps}/init.mp4` and `{k}.m4s`; answers what the deck needs and the samples, at `tapRateHz`. */
export function cutRecording(ffmpeg: string, cut: Cut, where: { dir: string; tapRateHz: number }): Recorded {
  const { id, family, sampleRateHz, totalSamples } = cut;
  const home = join(where.dir, id);
  mkdirSync(home, { recursive: true });
  const source = join(home, 'source.wav');
  const { from = { id, sample: 0 } } = cut;
  const music = noise(from.id, from.sample + totalSamples).subarray(from.sample);
  writeFileSync(source, wave(music, sampleRateHz));
  const segmentSamples = (cut.segmentSamples ?? SEGMENT_SAMPLES) * (family === 'flac' && sampleRateHz > 48_000 ? 2 : 1);
  const hlsTimeSec = Math.floor((segmentSamples / sampleRateHz) * 1e6) / 1e6;
  const rates = family === 'aac' ? (cut.kbps ?? [256]) : [900];
  let segmentCount = 0;
  for (const kbps of rates) {
    const out = join(home, String(kbps));
    mkdirSync(out);
    const mux = ['-fflags', '+bitexact', '-flags:a', '+bitexact', '-avoid_negative_ts', 'disabled', '-f', 'hls'];
    const hls = ['-hls_time', String(hlsTimeSec), '-hls_list_size', '0', '-hls_segment_type', 'fmp4'];
    const options = ['-hls_segment_options', 'movflags=+frag_discont+skip_sidx', '-hls_fmp4_init_filename', 'init.mp4'];
    const names = ['-hls_segment_filename', join(out, '%d.m4s'), join(out, 'live.m3u8')];
    const input = ['-copyts', '-i', `file:${source}`, '-map', '0:a:0', '-map_metadata', '-1'];
    run(ffmpeg, [...input, ...encoder(cut, kbps), ...mux, ...hls, ...options, ...names]);
    segmentCount = readdirSync(out).filter((name) => name.endsWith('.m4s')).length;
  }
  const left = ['-af', 'pan=mono|c0=c0'];
  const reference = run(ffmpeg, ['-i', source, ...left, '-ar', String(where.tapRateHz), '-f', 'f32le', '-']);
  return {
    recording: {
      id,
      codec: family,
      sampleRateHz,
      totalSamples,
      segmentSamples,
      primingSamples: family === 'aac' ? 1024 : 0,
      segmentCount,
      renditions: rates.map((kbps) => {
        const base = `/media/${id}/${kbps}`;
        return { kbps, base, init: `${base}/init.mp4` };
      }),
    },
    pcm: new Float32Array(reference.buffer.slice(reference.byteOffset, reference.byteOffset + reference.byteLength)),
  };
}

export type Recorded = { recording: Recording; pcm: Float32Array };

export const readFile = (dir: string, path: string): Buffer | undefined => {
  try {
    return readFileSync(join(dir, path));
  } catch {
    return undefined;
  }
};
