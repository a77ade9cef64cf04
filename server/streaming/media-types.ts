const TYPES: Record<string, string> = {
  mpeg: 'audio/mpeg',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  mp4: 'audio/mp4',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  wave: 'audio/wav',
  wav: 'audio/wav',
  aiff: 'audio/aiff',
  adts: 'audio/aac',
  aac: 'audio/aac',
  matroska: 'audio/x-matroska',
  webm: 'audio/webm',
  asf: 'audio/x-ms-wma',
  wavpack: 'audio/x-wavpack',
  ape: 'audio/x-ape',
  apev2: 'audio/x-ape',
  musepack: 'audio/x-musepack',
  dsf: 'audio/x-dsf',
};

/** What a file of music is sent as. Unknown ones are bytes: nothing that a browser would run. */
export const mediaTypeOf = (container: string): string => TYPES[container.toLowerCase()] ?? 'application/octet-stream';

const MAX_NAME = 200;

/** The file's own name, fit for any file system. */
export const downloadNameOf = (path: Buffer): string => {
  const name = path.subarray(path.lastIndexOf(0x2f) + 1).toString('utf8');
  const safe = name.replace(/[\u0000-\u001f\u007f"*/:<>?\\|]+/g, '_').replace(/^[. ]+|[. ]+$/g, '');
  return (safe || 'track').slice(-MAX_NAME).toWellFormed();
};
