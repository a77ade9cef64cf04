/**
 * Stars are a slider of six steps (web/parts/stars.tsx), so one stop for Tab and the arrows at once. The star that is lit, pressed
 * again, goes out with the others, as the step before the first does. What the server refuses goes back.
 */
import { closest, everywhere, set } from '../bar/dom.ts';
import { words } from '../bar/strings.ts';
import type { PageNeeds } from './page-scripts.ts';

const sliderOf = (event: Event): HTMLInputElement | undefined =>
  closest(event, '[data-rate]') as HTMLInputElement | undefined;

export const starAttributes = (stars: number) => ({ 'data-stars': stars, 'aria-valuetext': words.stars(stars) });

export function openStars({ api, toasts }: Pick<PageNeeds, 'api' | 'toasts'>): void {
  let before = '';
  let sent: Promise<void> = Promise.resolve();

  /** Where they are still `ifStill`, if that is given: more may have been pressed meanwhile. */
  const show = (thing: string, stars: number, ifStill = ''): void =>
    everywhere(`[data-rate="${CSS.escape(thing)}"]${ifStill && `[data-stars="${ifStill}"]`}`, (slider) => {
      set(slider, starAttributes(stars));
      (slider as HTMLInputElement).value = String(stars);
    });
  const rate = async (thing: string, stars: number, was: number): Promise<void> => {
    const [kind = '', id = ''] = thing.split(':');
    const answer = await api.send('PUT', `/ratings/${kind}/${encodeURIComponent(id)}`, { body: { stars } });
    if (answer.ok) return;
    show(thing, was, String(stars));
    toasts.show(answer.title || words.failed);
  };
  const change = (slider: HTMLInputElement): void => {
    const { rate: thing = '', kept = '0' } = slider.dataset;
    const [stars, was] = [Number(slider.value), Number(kept)];
    delete slider.dataset['kept'];
    show(thing, stars);
    // In the order of the keys.
    sent = sent.then(() => rate(thing, stars, was));
  };

  document.addEventListener('pointerdown', (event) => (before = sliderOf(event)?.value ?? ''));
  document.addEventListener('input', (event) => {
    const slider = sliderOf(event);
    if (!slider) return;
    slider.dataset['kept'] ??= slider.dataset['stars'] ?? '0';
    set(slider, starAttributes(Number(slider.value)));
  });
  document.addEventListener('change', (event) => {
    const slider = sliderOf(event);
    if (slider) change(slider);
  });
  document.addEventListener('click', (event) => {
    const slider = sliderOf(event);
    if (!slider || before === '0' || slider.value !== before) return;
    slider.dataset['kept'] = before;
    slider.value = '0';
    change(slider);
  });
}
