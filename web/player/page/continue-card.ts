/**
 * Home's Continue card, kept true while it is looked at: the server drew it from what it was last told, the player here knows better.
 */
import { clockTime } from '../bar/clock.ts';
import { setText } from '../bar/dom.ts';
import { words } from '../bar/strings.ts';
import type { PageNeeds } from './page-scripts.ts';

/** By then the server has been told of the new song. */
const TOLD_MS = 1500;

export function openContinueCard({ player, navigation }: Pick<PageNeeds, 'player' | 'navigation'>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const drawAnew = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.querySelector('[data-resume]')) navigation.refresh('/', '.resume');
    }, TOLD_MS);
  };
  // Until something played here, where and when it stopped is the server's to say.
  let heard = false;
  const show = (): void => {
    const button = document.querySelector<HTMLElement>('[data-resume]');
    const current = player.current();
    if (!button || !current) return;
    if (button.dataset['play'] !== `track:${current.track.id}`) return drawAnew();
    clearTimeout(timer);
    const { playing } = player.state();
    heard ||= playing;
    const atMs = player.positionMs();
    const text = [...button.childNodes].find((node) => node instanceof Text);
    const label = playing ? words.pause : words.continueAt(clockTime(atMs));
    if (text && text.data !== label) text.data = label;
    const card = button.closest('.res');
    const where = card?.querySelector('.where');
    if (where && heard) setText(where, playing ? words.playingNow : words.stoppedHere);
    const share = player.durationMs() > 0 ? Math.min(1, atMs / player.durationMs()) : 0;
    card?.querySelector('.done')?.setAttribute('width', String(Math.round(share * 1000)));
  };
  for (const topic of ['time', 'track', 'state'] as const) player.on(topic, show);
  document.addEventListener('htmx:after:swap', show);
}
