export type Judgement = { kind: 'fit'; version: string } | { kind: 'unfit'; why: string };

/** What `-version`, `-encoders`, `-muxers` and `-bsfs` print. */
export type Answers = { version: string; encoders: string; muxers: string; filters: string };

/** libavformat of ffmpeg 5.0. Its number is asked because nightly builds call themselves `N-12345-g…`. */
const OLDEST_LIBAVFORMAT = 59;

const names = (listing: string): Set<string> => {
  const found = new Set<string>();
  for (const line of listing.split('\n')) {
    const columns = line.trim().split(/\s+/);
    for (const name of (columns.length > 1 ? columns[1] : columns[0])?.split(',') ?? []) found.add(name);
  }
  return found;
};

/** Whether a binary can do what the engine asks of it, and if not, what it lacks. */
export const judgeBinary = (answers: Answers): Judgement => {
  const version = /^ffmpeg version (\S+)/.exec(answers.version)?.[1];
  const library = /libavformat\s+(\d+)\./.exec(answers.version)?.[1];
  if (!version || !library) return { kind: 'unfit', why: 'it is not ffmpeg' };
  if (Number(library) < OLDEST_LIBAVFORMAT)
    return { kind: 'unfit', why: `it is version ${version}; 5.0 is the oldest that works` };
  const encoders = names(answers.encoders);
  const muxers = names(answers.muxers);
  const lacks = [
    ...['aac', 'flac'].filter((name) => !encoders.has(name)).map((name) => `the ${name} encoder`),
    ...['hls', 'mp4', 'framecrc'].filter((name) => !muxers.has(name)).map((name) => `the ${name} muxer`),
    ...(names(answers.filters).has('noise') ? [] : ['the noise bitstream filter']),
  ];
  return lacks.length ? { kind: 'unfit', why: `it lacks ${lacks.join(', ')}` } : { kind: 'fit', version };
};
