/** The shortcuts. Silent while somebody types, in menus, and with Ctrl, Alt or the command key held. */
import type { Player } from '../player.ts';
import { toggleRepeat, toggleShuffle } from './bar.ts';
import type { Drawer } from './drawers.ts';
import type { Toasts } from './toast.ts';

type Needs = {
  player: Player;
  toasts: Toasts;
  queue: Drawer;
  lyrics: Drawer;
  like(): void;
  search(): void;
  help(): void;
};

const STEP_MS = 5000;

export function openKeyboard(needs: Needs): void {
  const actions = actionsOf(needs);
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (!isFree(target, event.key)) return;
    const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Whether a key pressed there is meant for the player. Space presses a focused button, arrows move a focused slider. */
export function isFree(target: Element, key: string): boolean {
  if (target.closest('dialog[open], [role=menu], [contenteditable=true]')) return false;
  const slider = target.closest('#player-seek');
  if (slider) return true;
  if (target.closest('input, textarea, select')) return false;
  if (key === ' ') return !target.closest('button, a, summary, [role=button], [role=tab]');
  if (key.startsWith('Arrow')) return !target.closest('[role=tablist], [role=listbox], .grip');
  return true;
}

function actionsOf(needs: Needs): Record<string, () => void> {
  const { player, toasts } = needs;
  const seekBy = (ms: number) => () => player.seek(player.positionMs() + ms);
  const louderBy = (step: number) => () => player.setVolume(player.state().volume + step);
  return {
    ' ': () => player.toggle(),
    ArrowLeft: seekBy(-STEP_MS),
    ArrowRight: seekBy(STEP_MS),
    ArrowUp: louderBy(0.05),
    ArrowDown: louderBy(-0.05),
    j: () => player.previous(),
    k: () => player.next(),
    l: () => needs.like(),
    m: () => player.mute(),
    s: () => toggleShuffle(player, toasts),
    r: () => toggleRepeat(player, toasts),
    q: () => needs.queue.toggle(),
    y: () => needs.lyrics.toggle(),
    n: () => document.getElementById('player-full')?.click(),
    '/': () => needs.search(),
    '?': () => needs.help(),
  };
}
