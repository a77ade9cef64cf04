/** One short sentence at a time, spoken to screen readers too, with Undo while it stands. Stays as long as it is hovered or focused. */
import { button, make } from './dom.ts';
import { words } from './strings.ts';

export type Toasts = { show(text: string, action?: ToastAction): void; say(text: string): void };
export type ToastAction = { name: string; act(): void };

const SHOWN_MS = 8000;
const PLAIN_MS = 4000;

export function createToasts(): Toasts {
  const region = make('div', { role: 'status' });
  // Its own region: what is only spoken must not take away an Undo that is seen.
  const spoken = make('div', { role: 'status', class: 'sr' });
  document.body.append(region, spoken);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = (): void => region.replaceChildren();
  const arm = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (region.matches(':hover') || region.contains(document.activeElement)) arm(1000);
      else hide();
    }, ms);
  };
  return {
    show(text, action) {
      const act = action && button({}, action.name);
      act?.addEventListener('click', () => {
        hide();
        action?.act();
      });
      region.replaceChildren(make('div', { class: 'toast' }, make('span', {}, text), act));
      arm(action ? SHOWN_MS : PLAIN_MS);
    },
    say: (text) => spoken.replaceChildren(text),
  };
}

export const undo = (act: () => void): ToastAction => ({ name: words.undo, act });
