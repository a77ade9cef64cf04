/** The badge that tells the truth about the sound: what the file is, how the server sends it, what the volume does to it. */
import type { Player } from '../player.ts';
import type { Gain } from '../engine/sound.ts';
import type { Track } from '../track.ts';
import { find, make, set, setText } from './dom.ts';
import { popUp } from './popover.ts';
import { laterWords as words } from './later-words.ts';

export type Path = {
  kind: 'direct' | 'copy' | 'transcode';
  text: string;
  file: string;
  server: string;
  volume: string;
};
type Sent = { mode: 'direct' | 'hls'; why: string; codec: string; kbps: number };

const upper = (codec: string | null | undefined): string => (codec ?? '').toUpperCase();

/** "FLAC 24/96", "MP3 320" */
function shortFile({ codec, bitDepth, sampleRateHz, bitrateKbps }: Track): string {
  if (bitDepth && sampleRateHz) return `${upper(codec)} ${bitDepth}/${Math.round(sampleRateHz / 100) / 10}`;
  return `${upper(codec)} ${bitrateKbps ?? ''}`.trim();
}

function longFile({ codec, bitDepth, sampleRateHz, bitrateKbps, channels }: Track): string {
  const parts = [
    upper(codec),
    bitDepth ? words.bits(bitDepth) : undefined,
    sampleRateHz ? words.kHz(sampleRateHz) : undefined,
    bitDepth || !bitrateKbps ? undefined : words.kbps(bitrateKbps),
    channels ? words.channels(channels) : undefined,
  ];
  return parts.filter(Boolean).join(', ');
}

function volumeText({ replayGain }: Track, gain: Gain): string {
  if (gain.from !== 'album' && gain.from !== 'track') return words.levelledBy[gain.from];
  const from = gain.from === 'album' ? replayGain?.albumFrom : (replayGain?.trackFrom ?? replayGain?.albumFrom);
  const parts = [
    words.db(gain.db),
    words.levelledBy[gain.from],
    from ? words.gainFrom[from] : undefined,
    gain.limited ? words.heldBack[gain.limited] : undefined,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Direct: the bytes of the file. Copy: other bytes, the same samples. Transcode: another sound, if only a little. */
export function describePath(track: Track, sent: Sent, gain: Gain): Path {
  const file = shortFile(track);
  const common = { file: longFile(track), volume: volumeText(track, gain) };
  if (sent.mode === 'direct') return { ...common, kind: 'direct', text: `${file} · ${words.asItIs}`, server: sent.why };
  const server = [sent.why, words.sentAs(upper(sent.codec), sent.kbps)].filter(Boolean).join(' ');
  if (sent.codec === 'flac') return { ...common, kind: 'copy', text: `${file} · ${words.lossless}`, server };
  return { ...common, kind: 'transcode', text: `${file} → ${upper(sent.codec)} ${sent.kbps}`, server };
}

type Answered = { codec: string; reasons: readonly { text: string }[] };

/** Why it comes as it does: the server's reason, unless the player took AAC where FLAC was offered. */
export const whyOf = ({ codec, reasons }: Answered, played: string): string =>
  codec === 'flac' && played !== 'flac' ? words.notLossless : (reasons.at(-1)?.text ?? '');

function pathOf(player: Player): Path | undefined {
  const track = player.current()?.track;
  const answer = player.resolved()?.answer;
  if (!track || !answer) return undefined;
  const rendition = player.engine.deck().rendition();
  const codec = rendition?.codec ?? answer.codec;
  const why = whyOf(answer, codec);
  return describePath(
    track,
    { mode: answer.mode, why, codec, kbps: rendition?.kbps ?? track.bitrateKbps ?? 0 },
    player.gain(),
  );
}

function fillPath(list: HTMLOListElement, path: Path): void {
  const steps = [
    [words.file, path.file],
    [words.server, path.server],
    [words.volume, path.volume],
  ].map(([name, text]) => make('li', {}, make('span', { class: 'dim' }, name), make('span', {}, text)));
  set(list, { class: `path ${path.kind}` });
  list.replaceChildren(...steps);
}

/** The path as a list that answers how to keep it true. */
export function createPathList(player: Player): { list: HTMLOListElement; tell(): void } {
  const list = make('ol', { 'aria-label': words.signal, hidden: true });
  let told = '';
  return {
    list,
    tell() {
      const path = pathOf(player);
      const text = JSON.stringify(path ?? '');
      if (text === told) return;
      told = text;
      set(list, { hidden: !path });
      if (path) fillPath(list, path);
    },
  };
}

export function openSignal(player: Player): void {
  const badge = find<HTMLButtonElement>('player-signal');
  const show = (): void => {
    const path = pathOf(player);
    set(badge, { hidden: !path });
    if (!path || badge.dataset['text'] === path.text) return;
    set(badge, { class: `badge ${path.kind}`, 'data-text': path.text, 'aria-label': words.signalIs(path.text) });
    setText(badge, path.text);
  };
  badge.addEventListener('click', () => {
    const path = pathOf(player);
    if (!path || badge.getAttribute('aria-expanded') === 'true') return;
    const list = make('ol', {});
    fillPath(list, path);
    popUp(make('div', { class: 'menu signal', role: 'dialog', 'aria-label': words.signal, tabindex: -1 }, list), badge);
  });
  player.on('track', show);
  player.on('time', show);
  show();
}
