/** The shortcuts, and the page of them. Silent while somebody types, in menus, and with Ctrl, Alt or the command key held. */
import type { Player } from '../player.ts';
import { toggleRepeat, toggleShuffle } from './bar.ts';
import { button, find, icon, make } from './dom.ts';
import type { Drawer } from './drawers.ts';
import { words } from './strings.ts';
import type { Toasts } from './toast.ts';

type Needs = { player: Player; toasts: Toasts; queue: Drawer; lyrics: Drawer; like(): void; search(): void };

const STEP_MS = 5000;

export function openKeyboard(needs: Needs): void {
  const help = createHelp();
  const actions = actionsOf(needs, help);
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

function actionsOf(needs: Needs, help: HTMLDialogElement): Record<string, () => void> {
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
    '/': () => needs.search(),
    '?': () => help.showModal(),
  };
}

function createHelp(): HTMLDialogElement {
  const close = button({ class: 'ico push', 'aria-label': words.close }, icon('x'));
  const rows = words.keys.flatMap(([keys, what]) => [make('dt', {}, make('kbd', {}, keys)), make('dd', {}, what)]);
  const heading = make('h2', { id: 'shortcuts' }, words.shortcuts);
  const header = make('header', { class: 'q' }, heading, close);
  const dialog = make('dialog', { 'aria-labelledby': 'shortcuts' }, header, make('dl', { class: 'keys' }, ...rows));
  close.addEventListener('click', () => dialog.close());
  // A click beside the dialog lands on the dialog element itself: its children cover it.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  find('player').after(dialog);
  return dialog;
}
