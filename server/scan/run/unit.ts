import type { LibraryWriter, TrackFacts } from '../../library/index.ts';
import {
  artFile,
  bestEmbedded,
  discOfFolder,
  type AudioReading,
  type CueSheet,
  type FileReading,
  type Lyrics,
  type Picture,
} from '../reading/index.ts';
import type { Seen } from './changes.ts';
import { segmentsOf } from './groups.ts';
import { lenderOf, type Lender, type Voice } from './samplers.ts';
import { albumFactsOf, isGuess, sheetFor, trackFactsOf, withSheet, type Surroundings } from './facts.ts';

/*
 * A unit is what must be seen together: the folder of an album with its disc folders, its open audio files and all its
 * sidecars. It is decided as a whole (whose album is it? which art?) and written file by file.
 */
export type ReadFile = {
  seen: Seen;
  /** Undefined where the library has no row for it yet: one comes with its track, so that a kill leaves none that is half. */
  fileId: number | undefined;
  reading: AudioReading;
};
export type Sidecar = { seen: Seen; fileId: number; reading: FileReading };

export type Unit = { rootId: number; group: string; files: ReadFile[]; sidecars: Sidecar[] };

const shown = (name: Buffer): string => name.toString('utf8').normalize('NFC');
const stem = (name: string): string => name.replace(/\.[^.]+$/, '').toLowerCase();
const folderKey = (seen: Seen): string => seen.folder.toString('latin1');

type Art = { bySha: (picture: Picture) => number; unit: Unit };

/** Album art: the best file of the group's own folder, then of any of its folders, then what the first track carries. */
const albumArt = ({ bySha, unit }: Art, files: readonly ReadFile[]): number | undefined => {
  const pictures = unit.sidecars
    .flatMap(({ seen, reading }) => {
      const art = artFile(shown(seen.name));
      return reading.kind === 'picture' && art?.shows === 'album' ? [{ seen, art, picture: reading.picture }] : [];
    })
    .sort((a, b) => a.seen.folder.length - b.seen.folder.length || a.art.rank - b.art.rank);
  if (pictures[0]) return bySha(pictures[0].picture);
  const embedded = files.map(({ reading }) => bestEmbedded(reading.pictures)).find((each) => each !== undefined);
  return embedded && bySha(embedded);
};

/** The art of one disc's folder, where the album has several. */
const discArt = ({ bySha, unit }: Art, folder: string): number | undefined => {
  const own = unit.sidecars.find(
    ({ seen, reading }) =>
      folderKey(seen) === folder && reading.kind === 'picture' && artFile(shown(seen.name))?.shows === 'album',
  );
  return own?.reading.kind === 'picture' ? bySha(own.reading.picture) : undefined;
};

const sheetsBeside = (unit: Unit, seen: Seen): { name: string; sheet: CueSheet }[] =>
  unit.sidecars.flatMap((it) =>
    it.reading.kind === 'cue' && folderKey(it.seen) === folderKey(seen)
      ? [{ name: shown(it.seen.name), sheet: it.reading.sheet }]
      : [],
  );

const lyricsBeside = (unit: Unit, seen: Seen): Lyrics[] =>
  unit.sidecars.flatMap((it) =>
    it.reading.kind === 'lyrics' &&
    folderKey(it.seen) === folderKey(seen) &&
    stem(shown(it.seen.name)) === stem(shown(seen.name))
      ? it.reading.lyrics
      : [],
  );

const surroundingsOf = (unit: Unit, { seen }: ReadFile): Surroundings => {
  const segments = segmentsOf(seen.folder);
  const own = segments.at(-1);
  return {
    fileName: shown(seen.name),
    folderGroup: unit.group,
    folderName: unit.group.split('/').at(-1) ?? '',
    discOfFolder: own && segments.length > 1 ? discOfFolder(own) : undefined,
    sidecarLyrics: lyricsBeside(unit, seen),
  };
};

/** Everything of one file, ready to write. */
export type Planned = ReadFile & {
  album: ReturnType<typeof albumFactsOf>;
  tracks: TrackFacts[];
};

const tracksOf = (unit: Unit, file: ReadFile) => {
  const sheet = sheetFor(shown(file.seen.name), file.reading, sheetsBeside(unit, file.seen));
  const reading = sheet ? withSheet(file.reading, sheet) : file.reading;
  const at = surroundingsOf(unit, file);
  const cuts = sheet?.files[0]?.tracks ?? [];
  const tracks =
    sheet && cuts.length > 0
      ? cuts.map((track) => trackFactsOf(reading, at, { sheet, track }))
      : [trackFactsOf(reading, at)];
  return { ...file, reading, tracks, at };
};

const withAlbum = (unit: Unit, file: ReturnType<typeof tracksOf>, lender: Lender): Planned => {
  const { reading, tracks, at } = file;
  const guessed = isGuess(reading);
  const lent = guessed ? lender(tracks[0]!.tagKey) : undefined;
  const albumBy = guessed ? lent : reading.albumArtistText;
  return {
    ...file,
    album: albumFactsOf(reading, { ...at, rootId: unit.rootId, lent }),
    tracks: tracks.map((track) => ({ ...track, albumBy, isGuess: guessed })),
  };
};

/** `beside` is what the group's tracks tell that are not read now. */
export const planUnit = (unit: Unit, beside: readonly Voice[]) => {
  const read = unit.files.map((file) => tracksOf(unit, file));
  const voices = read.flatMap(({ reading, tracks }) =>
    tracks.map(({ tagKey }) => ({ tagKey, named: isGuess(reading) ? undefined : reading.albumArtistText })),
  );
  const lender = lenderOf([...voices, ...beside]);
  const files = read
    .map((file) => withAlbum(unit, file, lender))
    .sort((a, b) => a.tracks[0]!.disc - b.tracks[0]!.disc || (a.tracks[0]!.no ?? 999) - (b.tracks[0]!.no ?? 999));
  return { files, lender };
};

/** The picture of each album and disc of a unit, as cover rows. */
export const artOf = (
  unit: Unit,
  planned: readonly Planned[],
  needs: { names: LibraryWriter['names']; now: number },
) => {
  const { names, now } = needs;
  const bySha = (picture: Picture): number => names.cover(picture.sha256, picture.mime, now).id;
  const art = { bySha, unit };
  const ofAlbum = new Map<string, number | undefined>();
  for (const { album } of planned)
    if (!ofAlbum.has(album.akey))
      ofAlbum.set(
        album.akey,
        albumArt(
          art,
          planned.filter((it) => it.album.akey === album.akey),
        ),
      );
  const portrait = unit.sidecars.find(
    ({ seen, reading }) => reading.kind === 'picture' && artFile(shown(seen.name))?.shows === 'artist',
  );
  return {
    artist: portrait?.reading.kind === 'picture' ? bySha(portrait.reading.picture) : undefined,
    album: (akey: string) => ofAlbum.get(akey),
    disc: (seen: Seen) => discArt(art, folderKey(seen)),
    /** Its own embedded picture, where it is another than the album's. */
    track: (it: Planned): number | undefined => {
      const own = bestEmbedded(it.reading.pictures);
      const id = own && bySha(own);
      return id === ofAlbum.get(it.album.akey) ? undefined : id;
    },
  };
};
