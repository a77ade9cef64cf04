/**
 * Reading: from the bytes of one file to what it says of itself.
 *
 * Knows files and formats, nothing of the library, the database or who asks. `openReader` runs it in worker threads
 * with a limit per file; everything else here is pure. Start at reading.ts for the shape of the answer, then
 * read-audio.ts for how it comes about. What a tag means is decided in release-tags.ts and dates.ts, who made it in credits.ts
 * and artists.ts, which tracks are one album in albums.ts, what a picture shows in pictures.ts and art-files.ts.
 */
export * from './reading.ts';
export { openReader, type ReaderNeeds } from './reader.ts';
export { splitArtists, type SplitOptions } from './artists.ts';
export { cueSamples, parseCue, type CueCut, type ParsedCue } from './cue.ts';
export { parseLrc } from './lyrics.ts';
export { parseDate } from './dates.ts';
export { artFile, bestEmbedded, type ArtFile } from './art-files.ts';
export {
  albumArtistOf,
  albumKey,
  discOfFolder,
  discOfTitle,
  folderGroup,
  isCompilation,
  isVariousName,
  VARIOUS_ARTISTS,
  VARIOUS_FROM,
  type AlbumFacts,
  type DiscName,
} from './albums.ts';
