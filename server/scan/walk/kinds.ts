/** What a file may be to us, by its name alone; what it is, its content tells when it is read. */
export type FileKind = 'audio' | 'lyrics' | 'cue' | 'image';

const AUDIO = new Set(
  (
    'mp3 mp2 flac ogg oga opus spx m4a m4b m4r mp4a aac alac wav wave w64 aif aiff aifc wma asf wv ape mpc mpp mp+ mka weba webm ' +
    'dsf dff tta'
  ).split(' '),
);
const PICTURE = new Set(['jpg', 'jpeg', 'png', 'webp', 'avif', 'gif']);
const COVER_STEMS = new Set(['cover', 'folder', 'front', 'album']);

/** `undefined`: none of our business (a rip's log, a scan of page 7 of the booklet). */
export const kindOf = (name: string): FileKind | undefined => {
  const dot = name.lastIndexOf('.');
  if (dot < 1) return undefined;
  const extension = name.slice(dot + 1).toLowerCase();
  if (AUDIO.has(extension)) return 'audio';
  if (extension === 'lrc') return 'lyrics';
  if (extension === 'cue') return 'cue';
  if (!PICTURE.has(extension)) return undefined;
  const stem = name.slice(0, dot).toLowerCase();
  return COVER_STEMS.has(stem) || stem === 'artist' ? 'image' : undefined;
};

/** Never entered nor listed: hidden things, and the thumbnails a NAS keeps beside every folder. */
export const isSkippedName = (name: string): boolean => name.startsWith('.') || name === '@eaDir';
