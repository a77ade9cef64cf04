/**
 * The outline of what plays, rising over the seek line. GET /api/v1/tracks/{id}/waveform answers
 * `{ state, durationMs, peaks, rms }`: numbers from 0 to 255 from the first to the last moment. `waiting` means that the
 * server measures it next, so it is asked again; `none` leaves the line as it is. The part that was played is the same
 * outline in the cover's colour, cut at `--at`, which the bar moves anyway: nothing is drawn while time passes.
 */
import type { Api } from '../api.ts';
import type { Player } from '../player.ts';
import { find, set } from './dom.ts';

type Waveform = { state: 'ready' | 'waiting' | 'none'; peaks: number[]; rms: number[] };

const SVG = 'http://www.w3.org/2000/svg';
export const WIDTH = 1000;
export const HEIGHT = 100;
/** What is silent is still a line to aim at. */
const LEAST = 0.04;
const FIRST_LOOK_MS = 2000;
const LONGEST_LOOK_MS = 20_000;
const LOOKS = 12;

/** Mostly power, for the ear, with some of the peaks, for the beat; the loudest place is as high as there is room. */
export function outlinePath({ peaks, rms }: Pick<Waveform, 'peaks' | 'rms'>): string {
  const heights = peaks.map((peak, i) => 0.35 * peak + 0.65 * (rms[i] ?? 0));
  const highest = heights.reduce((a, b) => Math.max(a, b), 0);
  if (highest === 0) return '';
  const step = WIDTH / heights.length;
  const edge = heights.map((height, i) => {
    const y = HEIGHT * (1 - Math.max(LEAST, height / highest));
    return `L${Math.round((i + 0.5) * step * 10) / 10} ${Math.round(y)}`;
  });
  return `M0 ${HEIGHT}${edge.join('')}L${WIDTH} ${HEIGHT}Z`;
}

function layer(kind: string): { svg: SVGSVGElement; path: SVGPathElement } {
  const svg = document.createElementNS(SVG, 'svg');
  set(svg, { class: kind, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  const path = document.createElementNS(SVG, 'path');
  svg.append(path);
  return { svg, path };
}

export function openWaveform(player: Player, api: Api): void {
  const layers = [layer('outline'), layer('outline played')];
  find('player-seek').before(...layers.map(({ svg }) => svg));
  let shown: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = (path: string): void => layers.forEach((it) => it.path.setAttribute('d', path));

  const look = async (id: string, looks: number): Promise<void> => {
    const answer = await api.get<Waveform>(`/tracks/${id}/waveform`);
    // Another track plays by now.
    if (shown !== id || !answer.ok) return;
    if (answer.data.state === 'ready') draw(outlinePath(answer.data));
    if (answer.data.state !== 'waiting' || looks >= LOOKS) return;
    const pauseMs = Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 1.5 ** looks);
    timer = setTimeout(() => void look(id, looks + 1), pauseMs);
  };
  const show = (): void => {
    const id = player.current()?.track.id;
    if (id === shown) return;
    shown = id;
    clearTimeout(timer);
    draw('');
    if (id) void look(id, 0);
  };
  player.on('track', show);
  show();
}
