import type { IAudioMetadata } from 'music-metadata';
import { audioFacts } from './audio-facts.ts';
import { audioKey, flacKey } from './audio-key.ts';
import { CONTAINER_MIME, type Container, sniff } from './container.ts';
import { albumArtistNames, artistNames, readCredits } from './credits.ts';
import { parseCue } from './cue.ts';
import { type FileBytes, fileBytes } from './file-bytes.ts';
import { SyncFileTokenizer } from './file-tokenizer.ts';
import { readGain } from './gain.ts';
import { readLyrics } from './lyrics.ts';
import type { ParseTags } from './music-metadata.ts';
import { nativeTags, type NativeTags } from './native-tags.ts';
import { lastGranule, oggStart } from './ogg-pages.ts';
import { payloadRanges } from './payload.ts';
import { readPictures, type SeenPictures } from './pictures.ts';
import type { AudioReading, Chapter, CueSheet, ReadingIssue, Unreadable } from './reading.ts';
import { readReleaseTags } from './release-tags.ts';
import { cleanName, cleanProse } from './text.ts';

/** One audio file, open as `fd`: from its bytes to what it says of itself. Never throws for the file's content. */

export type AudioReader = {
  parse: ParseTags;
  seen: SeenPictures;
  isWhole: (name: string) => boolean;
};

const unreadable = (code: Unreadable['code'], detail: string): Unreadable => ({ kind: 'unreadable', code, detail });

export async function readAudio(
  fd: number,
  sizeBytes: number,
  reader: AudioReader,
): Promise<AudioReading | Unreadable> {
  if (sizeBytes === 0) return unreadable('reading/empty', 'The file is empty.');
  const bytes = fileBytes(fd, sizeBytes);
  const found = sniff(bytes);
  if (found.kind === 'tags-only') return unreadable('reading/no-audio', 'There are tags in it, but no sound.');
  if (found.kind === 'unknown') return unreadable('reading/not-audio', `This is ${found.looksLike}, not music.`);
  const { container, tagEnd } = found;
  const parsed = await parseSafely(bytes, container, reader.parse);
  if ('code' in parsed) return parsed;
  return assemble({ bytes, container, tagEnd, parsed }, reader);
}

async function parseSafely(
  bytes: FileBytes,
  container: Container,
  parse: ParseTags,
): Promise<IAudioMetadata | Unreadable> {
  try {
    const tokenizer = new SyncFileTokenizer(bytes, CONTAINER_MIME[container]);
    return await parse(tokenizer, container, { includeChapters: true });
  } catch (error) {
    // An I/O error is the disk's, not the file's.
    if (error instanceof Error && 'syscall' in error) throw error;
    const why = cleanName(error instanceof Error ? error.message : String(error)) ?? 'unknown';
    return unreadable('reading/damaged', `It begins like ${CONTAINER_MIME[container]} but cannot be read: ${why}`);
  }
}

type Parsed = { bytes: FileBytes; container: Container; tagEnd: number; parsed: IAudioMetadata };

function assemble(file: Parsed, reader: AudioReader): AudioReading | Unreadable {
  const { bytes, container, tagEnd, parsed } = file;
  const payload = payloadRanges(bytes, container, tagEnd);
  const payloadBytes = payload.reduce((sum, range) => sum + range.end - range.start, 0);
  const durationMs = container === 'ogg' ? oggDurationMs(bytes, parsed.format.sampleRate) : undefined;
  const facts = audioFacts(parsed, container, { durationMs, payloadBytes });
  if (!facts) return unreadable('reading/no-audio', 'No sound is found in it.');
  const keyFacts = { codec: facts.codec, sampleRateHz: facts.sampleRateHz, isOgg: container === 'ogg' };
  const key = flacKey(parsed.format.audioMD5) ?? audioKey(bytes, payload, keyFacts);
  const tags = nativeTags(parsed.native);
  const artist = artistNames(tags, parsed.common, reader.isWhole);
  const albumArtist = albumArtistNames(tags, parsed.common, reader.isWhole);
  const { pictures, broken } = readPictures(parsed.common.picture, reader.seen);
  const issues: ReadingIssue[] = [];
  if (broken > 0)
    issues.push({ code: 'reading/picture-broken', detail: `${broken} embedded picture(s) are no picture.` });
  const replayGain = readGain(tags, { trackDb: parsed.format.trackGain });
  const cueSheet = embeddedCue(tags, issues);
  return {
    kind: 'read',
    ...facts,
    ...(key ? { audioKey: key } : {}),
    ...(artist.text ? { artistText: artist.text } : {}),
    ...(albumArtist.text ? { albumArtistText: albumArtist.text } : {}),
    ...readReleaseTags(tags, parsed.common),
    credits: readCredits({ tags, common: parsed.common, isWhole: reader.isWhole }, artist, albumArtist),
    ...(replayGain ? { replayGain } : {}),
    ...(cueSheet ? { cueSheet } : {}),
    lyrics: readLyrics(tags),
    pictures,
    chapters: readChapters(parsed.format),
    ...commentOf(parsed, tags),
    issues,
  };
}

/**
 * From the last page's granule: the library would read a whole file for it. Opus always counts at 48 kHz (RFC 7845
 * 4).
 */
function oggDurationMs(bytes: FileBytes, sampleRateHz: number | undefined): number | undefined {
  const start = oggStart(bytes);
  const granule = start && lastGranule(bytes, start.serial);
  const rate = start?.codec === 'opus' ? 48_000 : sampleRateHz;
  if (!start || !granule || !rate) return undefined;
  return Math.max(0, Math.round(((granule - start.preSkip) / rate) * 1000));
}

function embeddedCue(tags: NativeTags, issues: ReadingIssue[]): CueSheet | undefined {
  const text = tags.text('CUESHEET');
  if (!text?.trim()) return undefined;
  const parsed = parseCue(text);
  if (parsed.kind === 'sheet') return parsed.sheet;
  issues.push({ code: 'reading/cue-broken', detail: `The embedded cue sheet does not add up. ${parsed.why}` });
  return undefined;
}

function readChapters(format: IAudioMetadata['format']): Chapter[] {
  return (format.chapters ?? []).slice(0, 1_000).flatMap(({ title, start, end, timeScale, sampleOffset }) => {
    const ms = (units: number): number => Math.round((units / (timeScale || 1)) * 1000);
    const bySamples = sampleOffset !== undefined && format.sampleRate ? (sampleOffset / format.sampleRate) * 1000 : 0;
    const startMs = Number.isFinite(start) ? ms(start) : Math.round(bySamples);
    const name = cleanName(title);
    if (!name || !(startMs >= 0)) return [];
    return [{ title: name, startMs, ...(end !== undefined && ms(end) > startMs ? { endMs: ms(end) } : {}) }];
  });
}

/** iTunes keeps its own bookkeeping in comments with a descriptor. */
function commentOf({ common }: IAudioMetadata, tags: NativeTags): { comment?: string } {
  const comment = common.comment?.find(({ descriptor }) => !descriptor?.startsWith('iTun'))?.text;
  // ffmpeg writes ID3 comments as TXXX.
  const text = cleanProse(comment ?? tags.text('COMMENT'))?.slice(0, 4_000);
  return text ? { comment: text } : {};
}
