import type { RowTexts } from './row-texts.ts';

/*
 * In a very large library the rows of one page lie far apart on disk, and the first look at them costs five times the second.
 * So albums, which stand in most lists, are brought to hand in the pauses: two milliseconds of work, then twenty of rest, all
 * of 90,000 albums in about ten seconds. While a scan writes it only looks now and then whether that is over.
 */
const AT_ONCE = 200;
const REST_MS = 20;
const LOOK_AGAIN_MS = 5000;

export const keepWarm = ({ warmAlbums }: Pick<RowTexts, 'warmAlbums'>): { close: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const later = (ms: number) => (timer = setTimeout(step, ms).unref());
  const isMore = (): boolean => {
    try {
      return warmAlbums(AT_ONCE);
    } catch {
      // A courtesy: a database that fails is told to whoever asks for something.
      return false;
    }
  };
  const step = () => later(isMore() ? REST_MS : LOOK_AGAIN_MS);
  later(REST_MS);
  return { close: () => clearTimeout(timer) };
};
