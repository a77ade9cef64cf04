import { fold, type AlbumFacts, type CreditFacts, type LyricsFacts, type TrackFacts } from '../../library/threads.ts';
import {
  albumArtistOf,
  albumKey,
  cueSamples,
  discOfTitle,
  isCompilation,
  type AudioReading,
  type CueSheet,
  type CueTrack,
  type DiscName,
  type Lyrics,
} from '../reading/index.ts';

/* From what files say to what the library keeps. Pure: the same readings give the same facts. */
const UNKNOWN_ARTIST = 'Unknown artist';
const UNKNOWN_ALBUM = 'Unknown album';

/** What the place of a file tells beside its tags. */
export type Surroundings = {
  fileName: string;
  /** Disc folders count as their parent. */
  folderGroup: string;
  folderName: string;
  discOfFolder: DiscName | undefined;
  sidecarLyrics: Lyrics[];
};

const stemOf = (name: string): string => name.replace(/\.[^.]+$/, '');

/** "03 - Name" and "1-03 Name" of files without tags. */
const titleOfName = (name: string): string =>
  stemOf(name).replace(/^\s*(?:\d{1,2}-)?\d{1,3}\s*[-._)]?\s+(?=\S)/, '') || stemOf(name);

const creditsOf = (reading: AudioReading): CreditFacts[] => {
  const credits = reading.credits
    .filter(({ role }) => role !== 'albumArtist')
    .map(({ role, name, sort, mbid, asText }) => ({ role: role.toLowerCase(), name, sort, mbid, asText }));
  if (credits.some(({ role }) => role === 'artist')) return credits;
  return [{ role: 'artist', name: reading.artistText ?? reading.albumArtistText ?? UNKNOWN_ARTIST }, ...credits];
};

const lyricsOf = (all: readonly Lyrics[], source: LyricsFacts['source']): LyricsFacts[] =>
  all.map((it) => ({
    kind: it.kind,
    lang: it.lang ?? '',
    source,
    text: it.kind === 'synced' ? JSON.stringify(it.lines) : it.text,
  }));

const TYPES = new Set(['album', 'ep', 'single', 'compilation', 'live', 'soundtrack', 'remix', 'demo']);
const typeOf = (reading: AudioReading, compilation: boolean): string => {
  const [first, ...rest] = reading.releaseTypes;
  const told = rest.find((type) => TYPES.has(type) && type !== 'album') ?? first;
  if (told) return TYPES.has(told) ? told : 'other';
  return compilation ? 'compilation' : 'album';
};

/** With whose album its folder makes it where its tags do not say. */
export type AlbumPlace = Surroundings & { rootId: number; lent: string | undefined };

export const evidenceOf = (reading: AudioReading, at: AlbumPlace) => ({
  album: reading.album,
  albumArtistText: reading.albumArtistText,
  artistText: reading.artistText,
  compilation: reading.compilation,
  releaseId: reading.musicBrainz.release,
  folderGroup: at.folderGroup,
  lent: at.lent,
});

/** Do the tags leave open whose album it is? */
export const isGuess = ({ albumArtistText, compilation }: AudioReading): boolean => !albumArtistText && !compilation;

/** `rootId` parts albums without a release id: two roots may hold the same folder names. */
export const albumFactsOf = (reading: AudioReading, at: AlbumPlace): AlbumFacts => {
  const evidence = evidenceOf(reading, at);
  const compilation = isCompilation(evidence);
  const artistText = albumArtistOf(evidence) ?? UNKNOWN_ARTIST;
  const own = reading.credits
    .filter(({ role }) => role === 'albumArtist')
    .map(({ name, sort, mbid, asText }) => ({ role: 'albumartist', name, sort, mbid, asText }));
  const lead = reading.credits.find(({ role }) => role === 'artist');
  const isLent = isGuess(reading) && at.lent !== undefined;
  const guess: CreditFacts[] =
    compilation || isLent || !lead
      ? [{ role: 'albumartist', name: artistText }]
      : [{ role: 'albumartist', name: lead.name, sort: reading.artistSort ?? lead.sort, mbid: lead.mbid }];
  const key = albumKey(evidence);
  const title = reading.album ? discOfTitle(reading.album).title : at.folderName || UNKNOWN_ALBUM;
  return {
    akey: key.startsWith('mb:') ? key : `${at.rootId}:${key}`,
    title,
    titleSort: reading.albumSort,
    artists: own.length > 0 && reading.albumArtistText ? own : guess,
    artistText,
    isLent: isLent && !compilation,
    compilation,
    type: typeOf(reading, compilation),
    label: reading.label,
    catalog: reading.catalog,
    mbid: reading.musicBrainz.release,
    groupMbid: reading.musicBrainz.releaseGroup,
  };
};

type Cut = { sheet: CueSheet; track: CueTrack };

export const tagKeyOf = (it: {
  title: string;
  artistText: string;
  album: string | undefined;
  disc: number;
  no: number | undefined;
}): string => [fold(it.title), fold(it.artistText), fold(it.album ?? ''), it.disc, it.no ?? ''].join('\u001f');

/** The album and artist of a tag key, as they count for whose album it is. */
export const voiceOf = (tagKey: string): { album: string; artist: string } => {
  const [, artist = '', album = ''] = tagKey.split('\u001f');
  return { album, artist };
};

const cueOf = (reading: AudioReading, { track }: Cut) => {
  const { start, end } = cueSamples(track, reading.sampleRateHz ?? 44_100);
  return { no: track.no, start, end };
};

const soundOf = (reading: AudioReading, cue: { start: number; end?: number | undefined } | undefined) => {
  const rate = reading.sampleRateHz ?? 44_100;
  const whole = Math.round(reading.durationMs ?? 0);
  const startMs = cue ? Math.round((cue.start / rate) * 1000) : 0;
  const endMs = cue?.end === undefined ? whole : Math.round((cue.end / rate) * 1000);
  return {
    container: reading.container,
    codec: reading.codec,
    lossless: reading.lossless,
    rate,
    bits: reading.bitDepth,
    channels: reading.channels ?? 2,
    bitrate: reading.bitrateKbps,
    durationMs: Math.max(0, endMs - startMs),
  };
};

const levelsOf = ({ replayGain }: AudioReading) => ({
  gainTrack: replayGain?.trackDb,
  gainAlbum: replayGain?.albumDb,
  peakTrack: replayGain?.trackPeak,
  peakAlbum: replayGain?.albumPeak,
});

/** What a file says of a track by itself; whose album it is takes its folder too. */
type OwnFacts = Omit<TrackFacts, 'albumBy' | 'isGuess'>;

/** One track: of the whole file, or of one cut of a sheet. */
export const trackFactsOf = (reading: AudioReading, at: Surroundings, cut?: Cut): OwnFacts => {
  const cue = cut && cueOf(reading, cut);
  const title = (cut ? cut.track.title : reading.title) ?? titleOfName(at.fileName);
  const performer = cut?.track.performer ?? cut?.sheet.performer;
  const credits = performer ? [{ role: 'artist', name: performer }] : creditsOf(reading);
  const artistText = performer ?? reading.artistText ?? credits.find(({ role }) => role === 'artist')!.name;
  const suffix = reading.album ? discOfTitle(reading.album) : undefined;
  const disc = cut?.sheet.discNo ?? reading.discNo ?? suffix?.discNo ?? at.discOfFolder?.discNo ?? 1;
  const no = cut?.track.no ?? reading.trackNo;
  const lyrics = cut ? [] : [...lyricsOf(at.sidecarLyrics, 'sidecar'), ...lyricsOf(reading.lyrics, 'embedded')];
  return {
    title,
    titleSort: cut ? undefined : reading.titleSort,
    artistText,
    credits,
    disc,
    discTitle: reading.discTitle ?? suffix?.discTitle ?? at.discOfFolder?.discTitle,
    no,
    genres: reading.genres,
    date: reading.date,
    originalDate: reading.originalDate,
    // By what the file itself says: its folder must not take part, or a moved file were another.
    tagKey: tagKeyOf({ title, artistText, album: reading.album, disc: cut ? disc : (reading.discNo ?? 1), no }),
    ...soundOf(reading, cue),
    cue,
    ...levelsOf(reading),
    explicit: reading.explicit,
    bpm: reading.bpm,
    isrc: cut?.track.isrc ?? reading.isrc,
    mbid: cut ? undefined : reading.musicBrainz.recording,
    trackMbid: cut ? undefined : reading.musicBrainz.track,
    comment: reading.comment,
    lyrics,
    chapters: cut ? [] : reading.chapters.map(({ startMs, title: name }) => ({ startMs, title: name })),
  };
};

/** A sheet lends the file what its tags lack. */
export const withSheet = (reading: AudioReading, sheet: CueSheet): AudioReading => ({
  ...reading,
  ...(!reading.album && sheet.title && { album: sheet.title }),
  ...(!reading.albumArtistText && sheet.performer && { albumArtistText: sheet.performer }),
  ...(!reading.artistText && sheet.performer && { artistText: sheet.performer }),
  ...(!reading.date && sheet.date && { date: sheet.date }),
  ...(reading.genres.length === 0 && sheet.genre && { genres: [sheet.genre] }),
});

/** The cuts of a file: by the sheet inside it, or by one beside it that names it (or has its stem and names one file only). */
export const sheetFor = (
  fileName: string,
  reading: AudioReading,
  beside: readonly { name: string; sheet: CueSheet }[],
): CueSheet | undefined => {
  const lower = fileName.toLowerCase();
  const base = (path: string): string => (path.split(/[\\/]/).at(-1) ?? '').toLowerCase();
  for (const { name, sheet } of beside) {
    const named = sheet.files.find((file) => base(file.name) === lower);
    const alone = sheet.files.length === 1 && stemOf(name).toLowerCase() === stemOf(lower) ? sheet.files[0] : undefined;
    const file = named ?? alone;
    if (file && file.tracks.length > 1) return { ...sheet, files: [file] };
  }
  const inside = reading.cueSheet?.files[0];
  return reading.cueSheet && inside && inside.tracks.length > 1 ? { ...reading.cueSheet, files: [inside] } : undefined;
};
