/*
 * What `ametadata=print:key=lavfi.r128.M` prints: a line that names the frame, then a line with the loudness of the 400 ms
 * that end there. Until the first 400 ms are full it says about -120, which the gate leaves out; a source with samples
 * that are no numbers makes it say `nan`, which is left out here.
 */
const KEY = 'lavfi.r128.M=';

export type BlockReader = {
  push: (chunk: Buffer) => void;
  /** LUFS, in order. */
  blocks: () => number[];
};

export const createBlockReader = (): BlockReader => {
  const blocks: number[] = [];
  let rest = '';
  const take = (line: string): void => {
    if (!line.startsWith(KEY)) return;
    const lufs = Number(line.slice(KEY.length));
    if (Number.isFinite(lufs)) blocks.push(lufs);
  };
  return {
    push: (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(take);
    },
    blocks: () => blocks,
  };
};
