/*
 * One decode that tells two things. The sound is mixed to stereo as every rendition is, so what is measured is what is
 * heard, and is split:
 *
 *   ebur128     loudness of 400 ms, ten times a second, printed to standard output by ametadata.
 *               framelog=verbose keeps its own chatter below the log level (framelog=quiet breaks off in ffmpeg 5.1)
 *   pipe:4      the samples themselves as floats: lossy files reach above full scale, which 16 bits would cut off
 *
 * async=1 keeps the timeline through damaged frames, as in every run. A track of a CUE sheet is sought half a second early
 * (decoders need it) and trimmed to the sample.
 */

/** Where a track lies in a file it shares, in samples at `rateHz`. */
export type Cut = {
  rateHz: number;
  /** The pts of the file's first sample. */
  firstPts: number;
  start: number;
  end: number | undefined;
};

const seek = ({ start, rateHz }: Cut): string[] => {
  const seconds = Math.max(0, Math.floor((start / rateHz - 0.5) * 10) / 10);
  return seconds > 0 ? ['-copyts', '-ss', String(seconds)] : ['-copyts'];
};

const trim = ({ rateHz, firstPts, start, end }: Cut): string => {
  const back = firstPts + start;
  const stop = end === undefined ? '' : `:end_pts=${end - start}`;
  const shift = `asetpts=PTS${back < 0 ? '+' : '-'}${Math.abs(back)}`;
  return `aresample=${rateHz}:async=1,${shift},atrim=start_pts=0${stop}`;
};

export const measureArguments = (cut: Cut | undefined): { input: string[]; output: string[] } => {
  const filter = [
    `[0:a:0]${cut ? trim(cut) : 'aresample=async=1'},aformat=channel_layouts=stereo,asplit[loud][wave]`,
    '[loud]ebur128=framelog=verbose:metadata=1,ametadata=print:key=lavfi.r128.M:file=-,anullsink',
    '[wave]aformat=sample_fmts=flt[samples]',
  ].join(';');
  return {
    input: cut ? seek(cut) : [],
    output: ['-filter_complex', filter, '-map', '[samples]', '-vn', '-sn', '-dn', '-f', 'f32le', 'pipe:4'],
  };
};
