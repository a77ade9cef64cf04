import type { IAudioMetadata } from 'music-metadata';
import type { Container } from './container.ts';
import type { AudioFacts } from './reading.ts';

/** Codec and container in our words, whatever the parser calls them. */

const CODECS: [pattern: RegExp, codec: string][] = [
  [/^flac/i, 'flac'],
  [/opus/i, 'opus'],
  [/vorbis/i, 'vorbis'],
  [/^mpeg 1.*layer 3|^mpeg 2(\.5)? layer 3|^mp3|layer 3/i, 'mp3'],
  [/layer 2|^mp2/i, 'mp2'],
  [/layer 1|^mp1/i, 'mp1'],
  [/alac|apple lossless/i, 'alac'],
  [/aac|mp4a|mpeg-4\/audio/i, 'aac'],
  [/e-?ac-?3|ec-3/i, 'eac3'],
  [/ac-?3/i, 'ac3'],
  [/pcm|^(little|big|sowt|twos|raw|in24|in32|fl32|lpcm)|ima adpcm/i, 'pcm'],
  [/wavpack/i, 'wavpack'],
  [/monkey|^ape/i, 'ape'],
  [/wma|windows media audio/i, 'wma'],
  [/speex/i, 'speex'],
  [/musepack|^mpc/i, 'musepack'],
  [/dsd/i, 'dsd'],
  [/dts/i, 'dts'],
  [/true ?audio|^tta/i, 'tta'],
];

/** Where the parser leaves the codec out, the container tells it. */
const ONLY_CODEC: Partial<Record<Container, string>> = {
  flac: 'flac',
  wavpack: 'wavpack',
  apev2: 'ape',
  musepack: 'musepack',
  dsf: 'dsd',
  dsdiff: 'dsd',
  asf: 'wma',
  riff: 'pcm',
  aiff: 'pcm',
};

const CONTAINER_NAMES: Record<Container, string> = {
  flac: 'FLAC',
  mpeg: 'MP3',
  ogg: 'Ogg',
  mp4: 'MP4',
  matroska: 'Matroska',
  riff: 'WAV',
  aiff: 'AIFF',
  asf: 'ASF',
  wavpack: 'WavPack',
  apev2: 'APE',
  musepack: 'Musepack',
  dsf: 'DSF',
  dsdiff: 'DSDIFF',
};

const LOSSLESS = new Set(['flac', 'alac', 'pcm', 'wavpack', 'ape', 'dsd', 'tta']);

const positive = (n: number | undefined, most: number): number | undefined =>
  n !== undefined && n > 0 && n <= most ? n : undefined;

function codecOf(format: IAudioMetadata['format'], container: Container): string | undefined {
  const audio = format.trackInfo.find((track) => track.audio !== undefined && track.codecName);
  // These hold one codec only, and the parser names what it decodes to.
  if (container === 'wavpack' || container === 'apev2' || container === 'musepack') return ONLY_CODEC[container];
  const name = format.codec ?? audio?.codecName;
  if (name === undefined) return format.sampleRate ? ONLY_CODEC[container] : undefined;
  const known = CODECS.find(([pattern]) => pattern.test(name))?.[1];
  return known ?? ONLY_CODEC[container] ?? name.toLowerCase().slice(0, 40);
}

export type Measured = { durationMs?: number | undefined; payloadBytes: number };

/** Undefined where there is no sound to be found: tags alone, video alone, an empty frame. */
export function audioFacts(
  { format }: Pick<IAudioMetadata, 'format'>,
  container: Container,
  measured: Measured,
): AudioFacts | undefined {
  const codec = codecOf(format, container);
  if (codec === undefined || format.hasAudio === false) return undefined;
  const lossless = format.lossless ?? LOSSLESS.has(codec);
  const headerMs = format.duration && Number.isFinite(format.duration) ? Math.round(format.duration * 1000) : undefined;
  const durationMs = positive(measured.durationMs ?? headerMs, 14 * 86_400_000);
  const kbps = measured.durationMs || !format.bitrate ? undefined : Math.round(format.bitrate / 1000);
  const average = durationMs ? Math.round((measured.payloadBytes * 8) / durationMs) : undefined;
  const isAdts = container === 'mpeg' && codec === 'aac';
  const facts = {
    sampleRateHz: positive(format.sampleRate, 20_000_000),
    // A lossy codec has no bit depth; parsers make one up.
    bitDepth: lossless ? positive(format.bitsPerSample, 64) : undefined,
    channels: positive(format.numberOfChannels, 64),
    bitrateKbps: positive(kbps ?? average, 100_000),
    durationMs,
  };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { container: isAdts ? 'ADTS' : CONTAINER_NAMES[container], codec, lossless, ...known };
}
