/** The page of the shortcuts. */
import { button, find, icon, make } from './dom.ts';
import { laterWords } from './later-words.ts';
import { words } from './strings.ts';

export function createHelp(): HTMLDialogElement {
  const close = button({ class: 'ico push', 'aria-label': words.close }, icon('x'));
  const rows = laterWords.keys.flatMap(([keys, what]) => [make('dt', {}, make('kbd', {}, keys)), make('dd', {}, what)]);
  const heading = make('h2', { id: 'shortcuts' }, laterWords.shortcuts);
  const header = make('header', { class: 'q' }, heading, close);
  const dialog = make('dialog', { 'aria-labelledby': 'shortcuts' }, header, make('dl', { class: 'keys' }, ...rows));
  close.addEventListener('click', () => dialog.close());
  // A click beside the dialog lands on the dialog element itself: its children cover it.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  find('player').after(dialog);
  return dialog;
}
