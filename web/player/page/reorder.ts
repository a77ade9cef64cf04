/**
 * The order of a playlist, changed without leaving the place: a grip for the pointer, Up and Down for the keyboard, Remove with Undo.
 * The list says where it is kept (`data-reorder="/playlists/pls_x"`), each row which entry it is; what the server refuses goes back.
 */
import { closest, set } from '../bar/dom.ts';
import { words } from '../bar/strings.ts';
import { undo } from '../bar/toast.ts';
import type { PageNeeds } from './page-scripts.ts';

type List = PageNeeds & { list: HTMLElement; path: string };

const known = new WeakSet<HTMLElement>();

export function openReorder(needs: PageNeeds): void {
  const list = document.querySelector<HTMLElement>('[data-reorder]');
  if (!list || known.has(list)) return;
  known.add(list);
  const inside = { ...needs, list, path: `${list.dataset['reorder']}/entries` };
  // Before htmx hears of it, which would send the form and draw the page anew.
  list.addEventListener('submit', (event) => onSubmit(event, inside), { capture: true });
  list.addEventListener('pointerdown', (event) => onGrab(event, inside));
}

const rowsOf = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-entry]')];
const titleOf = (row: HTMLElement): string => row.dataset['title'] ?? '';

/** The forms of a row, sent as the API takes them: the page stays, and so does the focus. */
function onSubmit(event: SubmitEvent, inside: List): void {
  const row = closest(event, '[data-entry]');
  const press = event.submitter;
  const verb = /(up|down|remove)$/.exec(press?.getAttribute('formaction') ?? '')?.[1];
  if (!row || !verb || !press) return;
  event.preventDefault();
  event.stopPropagation();
  if (verb === 'remove') return void remove(row, inside);
  const rows = rowsOf(inside.list);
  const to = rows.indexOf(row) + (verb === 'up' ? -1 : 1);
  const other = rows[to];
  if (!other) return;
  const back = placeOf(row);
  if (verb === 'up') other.before(row);
  else other.after(row);
  void keep(row, { inside, back });
  // At either end the pressed button is off: its neighbour has the focus then.
  const focus = (press as HTMLButtonElement).disabled
    ? row.querySelector<HTMLElement>('.tools-row button:enabled')
    : press;
  focus?.focus();
}

/** Puts a row back where it is now. */
const placeOf = (row: HTMLElement): (() => void) => {
  const { parentElement, nextSibling } = row;
  return () => parentElement?.insertBefore(row, nextSibling);
};

type Kept = { inside: List; back: () => void };

/** Tells the server behind which entry the row stands now. */
async function keep(row: HTMLElement, { inside, back }: Kept): Promise<void> {
  const rows = rowsOf(inside.list);
  const at = rows.indexOf(row);
  renumber(inside.list);
  const after = rows[at - 1]?.dataset['entry'] ?? null;
  const answer = await inside.api.send('PATCH', inside.path, { body: { ids: [row.dataset['entry']], after } });
  if (answer.ok) return inside.toasts.say(words.movedInList(titleOf(row), at + 1));
  back();
  renumber(inside.list);
  inside.toasts.show(answer.title || words.failed);
}

/** What plays from a row starts at its place; the first cannot go up, nor the last down. */
function renumber(list: HTMLElement): void {
  const rows = rowsOf(list);
  for (const [at, row] of rows.entries()) {
    row.querySelector('.lead')?.setAttribute('data-index', String(at));
    const [up, down] = ['up', 'down'].map((verb) => row.querySelector(`[formaction$="/${verb}"]`));
    if (up) set(up, { disabled: at === 0 });
    if (down) set(down, { disabled: at === rows.length - 1 && !list.querySelector('.pager') });
  }
}

type Taken = { removed: { id: string; trackId: string; after: string | null; addedAt: string }[] };

async function remove(row: HTMLElement, inside: List): Promise<void> {
  const { api, toasts, path, list } = inside;
  const back = placeOf(row);
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  next?.querySelector<HTMLElement>('[formaction$="/remove"]')?.focus();
  renumber(list);
  const answer = await api.send<Taken>('DELETE', path, { body: { ids: [row.dataset['entry']] } });
  const putBack = async (): Promise<void> => {
    const { ok } = await api.send('POST', path, { body: { restore: answer.ok ? answer.data.removed : [] } });
    if (!ok) return toasts.show(words.failed);
    back();
    renumber(list);
  };
  if (answer.ok)
    return toasts.show(
      words.removedFromList(titleOf(row)),
      undo(() => void putBack()),
    );
  back();
  renumber(list);
  toasts.show(answer.title || words.failed);
}

const EDGE_PX = 90;

/** The row follows the pointer from place to place; where it is let go it stays. Near an edge the page comes along. */
function onGrab(event: PointerEvent, inside: List): void {
  const grip = closest(event, '[data-grip]');
  const row = grip?.closest<HTMLElement>('[data-entry]');
  if (!grip || !row || event.button !== 0) return;
  event.preventDefault();
  row.classList.add('held');
  const back = placeOf(row);
  const from = row.nextSibling;
  const letGo = new AbortController();
  // Heard on the document: an element that is put elsewhere loses the pointer it had captured.
  const heard = { signal: letGo.signal };
  const follow = (moved: PointerEvent): void => {
    if (moved.clientY < EDGE_PX) scrollBy(0, -12);
    else if (moved.clientY > innerHeight - 2 * EDGE_PX) scrollBy(0, 12);
    const under = document.elementFromPoint(moved.clientX, moved.clientY)?.closest<HTMLElement>('[data-entry]');
    if (!under || under === row || !inside.list.contains(under)) return;
    const { top, height } = under.getBoundingClientRect();
    if (moved.clientY < top + height / 2) under.before(row);
    else under.after(row);
  };
  const done = (ended: Event): void => {
    letGo.abort();
    row.classList.remove('held');
    if (ended.type === 'pointercancel') back();
    else if (row.nextSibling !== from) void keep(row, { inside, back });
  };
  document.addEventListener('pointermove', follow, heard);
  for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, done, heard);
}
