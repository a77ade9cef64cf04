/*
 * The outline of a recording while its sound streams by, without knowing how long it will be: cells of 64 frames; when
 * there are 8,192 of them, neighbours are joined and cells last twice as long. So a click and a day both end with some
 * thousand cells, from which the points of the picture are made.
 */
export const CELL_FRAMES = 64;
const MAX_CELLS = 8192;
/** More than a bar on a screen has pixels to tell apart. */
const MAX_POINTS = 600;

/** One byte a point, 255 is full scale, linear. */
export type Points = { peaks: Uint8Array; rms: Uint8Array };

export type Outline = {
  /** A stretch of at most CELL_FRAMES frames: its highest sample, the sum of its squares, and how many samples it has. */
  add: (highest: number, squares: number, samples: number) => void;
  points: () => Points;
};

const asByte = (height: number): number => Math.round(Math.min(1, height) * 255);

export const createOutline = (): Outline => {
  const highest = new Float32Array(MAX_CELLS);
  const squares = new Float64Array(MAX_CELLS);
  const samples = new Float64Array(MAX_CELLS);
  let cells = 0;
  let perCell = 1;
  let inLast = 0;

  const joinNeighbours = (): void => {
    for (let i = 0; i < MAX_CELLS / 2; i++) {
      highest[i] = Math.max(highest[2 * i] ?? 0, highest[2 * i + 1] ?? 0);
      squares[i] = (squares[2 * i] ?? 0) + (squares[2 * i + 1] ?? 0);
      samples[i] = (samples[2 * i] ?? 0) + (samples[2 * i + 1] ?? 0);
    }
    for (const cellsOf of [highest, squares, samples]) cellsOf.fill(0, MAX_CELLS / 2);
    cells = MAX_CELLS / 2;
    perCell *= 2;
    inLast = perCell;
  };

  const add: Outline['add'] = (high, sum, count) => {
    if (cells === 0 || inLast === perCell) {
      if (cells === MAX_CELLS) joinNeighbours();
      cells++;
      inLast = 0;
    }
    const last = cells - 1;
    highest[last] = Math.max(highest[last] ?? 0, high);
    squares[last] = (squares[last] ?? 0) + sum;
    samples[last] = (samples[last] ?? 0) + count;
    inLast++;
  };

  const points = (): Points => {
    const count = Math.min(MAX_POINTS, cells);
    const peaks = new Uint8Array(count);
    const rms = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const from = Math.floor((i * cells) / count);
      const to = Math.floor(((i + 1) * cells) / count);
      const sum = (of: Float64Array): number => of.subarray(from, to).reduce((a, b) => a + b, 0);
      peaks[i] = asByte(Math.max(...highest.subarray(from, to)));
      rms[i] = asByte(Math.sqrt(sum(squares) / Math.max(1, sum(samples))));
    }
    return { peaks, rms };
  };
  return { add, points };
};
