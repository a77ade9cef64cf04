import { describe, expect, test } from 'vitest';
import { layGrid, renditionOf } from './grid.ts';
import { runCommand, silenceCommand } from './run-arguments.ts';

const aac = renditionOf('aac256', { rateHz: 44_100 });
const part = { url: 'file:/m/a b.mp3', firstPts: 1105, offset: 0, samples: 10_000_000 };
const work = { parts: [part], rendition: aac, grid: layGrid(aac, part.samples) };
const filterOf = (command: { filter: string[] }) => command.filter.at(-1);

describe('the command of a run', () => {
  test('the first run of an AAC track, argument by argument', () => {
    const command = runCommand(work, { first: 0, end: 24 }, '/r');
    expect(command.inputs).toEqual([{ url: 'file:/m/a b.mp3', options: ['-copyts'] }]);
    expect(command.filter.slice(0, -1).join(' ')).toBe('-map 0:a:0 -vn -sn -dn -af');
    expect(filterOf(command)).toBe(
      'aresample=44100:async=1,aformat=channel_layouts=stereo,asetpts=PTS-1105,atrim=start_pts=0:end_pts=4423680,apad=whole_len=4423680,asetpts=PTS+1024',
    );
    expect(command.output.join(' ')).toBe(
      '-c:a aac -b:a 256k -map_metadata -1 -fflags +bitexact -flags:a +bitexact -avoid_negative_ts disabled ' +
        '-f hls -hls_time 4.179591 -hls_list_size 0 -start_number 0 -hls_segment_type fmp4 -hls_flags temp_file ' +
        '-hls_segment_options movflags=+frag_discont+skip_sidx -hls_fmp4_init_filename init.mp4 -hls_segment_filename /r/%d.m4s',
    );
  });
  test('a run in the middle starts 48 frames early, drops them again and seeks to a tenth of a second', () => {
    const command = runCommand(work, { first: 10, end: 34 }, '/r');
    expect(command.inputs[0]?.options).toEqual(['-copyts', '-ss', '40.1']);
    expect(filterOf(command)).toContain('atrim=start_pts=1794048:end_pts=6266880,apad=whole_len=4472832');
    expect(command.output.slice(4, 6)).toEqual(['-bsf:a', 'noise=amount=0:drop=lt(n\\,48)']);
  });
  test('from the start nothing is sought, so that sound before pts 0 is kept', () => {
    const early = { ...part, firstPts: -128 };
    const command = runCommand({ ...work, parts: [early] }, { first: 0, end: 24 }, '/r');
    expect(command.inputs[0]?.options).toEqual(['-copyts']);
    expect(filterOf(command)).toContain('asetpts=PTS+128,atrim=start_pts=0:');
  });
  test('the last frame of an AAC track is padded to its full length', () => {
    const command = runCommand(work, { first: 48, end: work.grid.count }, '/r');
    expect(filterOf(command)).toContain(`end_pts=10000000,apad=whole_len=${9766 * 1024 - (48 * 180 - 48) * 1024}`);
  });
  test('FLAC has no pre-roll, no priming and no padding', () => {
    const flac = renditionOf('flac', { rateHz: 96_000, bits: 24 });
    const command = runCommand(
      { parts: [part], rendition: flac, grid: layGrid(flac, 10_000_000) },
      { first: 2, end: 26 },
      '/r',
    );
    expect(filterOf(command)).toBe(
      'aresample=96000:async=1,aformat=sample_fmts=s32:channel_layouts=stereo,asetpts=PTS-1105,atrim=start_pts=737280:end_pts=9584640,apad=whole_len=8847360',
    );
    expect(command.output.slice(0, 8)).toEqual([
      '-c:a',
      'flac',
      '-frame_size',
      '4096',
      '-bits_per_raw_sample',
      '24',
      '-strict',
      '-2',
    ]);
  });
  test('a CUE track seeks to its index and counts from it', () => {
    const cue = { ...part, firstPts: 0, offset: 5_000_000, samples: 1_000_000 };
    const command = runCommand({ ...work, parts: [cue], grid: layGrid(aac, 1_000_000) }, { first: 0, end: 6 }, '/r');
    expect(command.inputs[0]?.options).toEqual(['-copyts', '-ss', '112.8']);
    expect(filterOf(command)).toContain('asetpts=PTS-5000000,atrim=start_pts=0:end_pts=1000000');
  });
  test('an album joins the tracks a run touches, and only those', () => {
    const parts = [1, 2, 3].map((i) => ({ url: `file:/m/${i}.flac`, firstPts: 0, offset: 0, samples: 300_000 }));
    const command = runCommand({ parts, rendition: aac, grid: layGrid(aac, 900_000) }, { first: 2, end: 4 }, '/r');
    expect(command.inputs.map((it) => it.url)).toEqual(['file:/m/2.flac', 'file:/m/3.flac']);
    expect(command.inputs[0]?.options).toEqual(['-copyts']);
    expect(command.filter[1]).toContain('atrim=start_pts=19488:end_pts=300000');
    expect(command.filter[1]).toContain('concat=n=2:v=0:a=1');
    expect(command.filter[1]).toContain('asettb=1/44100,asetpts=N+320512[out]');
  });
  test('silence stands on the same grid', () => {
    const command = silenceCommand(work, { first: 10, end: 11 }, '/r');
    expect(command.inputs[0]).toEqual({ url: 'anullsrc=r=44100:cl=stereo:d=5.394', options: ['-f', 'lavfi'] });
    expect(filterOf(command)).toContain('asetpts=PTS+1794048,atrim=start_pts=1794048');
  });
});
