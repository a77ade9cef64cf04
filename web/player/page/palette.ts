/**
 * The palette: one box over everything, opened by `/`, Ctrl+K or the Search link. It answers as one types, the arrows move,
 * Enter plays (or opens, or does), Shift+Enter queues, a click opens. Loaded when it is first asked for.
 */
import { button, closest, find, icon, make, set, setText } from '../bar/dom.ts';
import { countOf, marked, shelvesOf, type Answer, type Choice, type Shelf } from './hits.ts';
import { createCommands } from './commands.ts';
import type { PageNeeds } from './page-scripts.ts';
import { words } from './palette-words.ts';

export type Palette = { open: () => void };

const SHOWN = 4;
const RECENT = 6;
const RECENT_KEY = 'searches';
/** Typing this fast is one question, not several. */
const BREATH_MS = 40;

const SQUARES: Record<Choice['kind'], string> = {
  artists: 'user',
  albums: 'disc-3',
  tracks: 'disc-3',
  playlists: 'list-music',
  genres: 'disc-3',
  lyrics: 'mic-vocal',
  commands: 'terminal',
  recent: 'history',
};

const pictureOf = ({ cover, kind }: Choice): Node => {
  if (!cover) return make('span', { class: 'sq' }, icon(SQUARES[kind]));
  const src = `/api/v1/covers/${encodeURIComponent(cover.id)}?size=128`;
  return make('img', { class: kind === 'artists' ? 'round' : undefined, src, alt: '', width: 64, height: 64 });
};

const optionOf = (choice: Choice, id: string): HTMLElement => {
  const name = make('span', { dir: 'auto' });
  for (const { text, found } of marked(choice.title, choice.marks)) name.append(found ? make('mark', {}, text) : text);
  return make(
    'div',
    { class: 'hit', role: 'option', id, 'aria-selected': 'false', 'data-tint': choice.cover?.tint ?? 'n' },
    pictureOf(choice),
    make(
      'div',
      { class: 'names' },
      make('div', { class: 't cut' }, name),
      make('div', { class: 's cut', dir: 'auto' }, choice.says),
    ),
    make('span', { class: 'small faint' }, words.kinds[choice.kind]),
  );
};

const createBox = () => {
  const input = make('input', {
    type: 'text',
    role: 'combobox',
    'aria-label': words.search,
    'aria-expanded': 'false',
    'aria-controls': 'hits',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'go',
    maxlength: 200,
    placeholder: words.placeholder,
  });
  const close = button({ class: 'ico', 'aria-label': words.close }, icon('x'));
  const hits = make('div', { class: 'hits', id: 'hits', role: 'listbox', 'aria-label': words.results, tabindex: 0 });
  const says = make('span', { class: 'push', role: 'status' });
  const keys = words.keys.map(([key, does]) => make('span', {}, make('kbd', {}, key), ` ${does}`));
  const dialog = make(
    'dialog',
    { class: 'palette', 'aria-label': words.search },
    make('div', { class: 'q' }, icon('search'), input, close),
    hits,
    make('div', { class: 'foot' }, ...keys, says),
  );
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  find('player').after(dialog);
  return { dialog, input, hits, says };
};
type Box = ReturnType<typeof createBox>;

/** The options on show and which of them is meant. */
const createList = ({ input, hits }: Box) => {
  let choices: { choice: Choice; element: HTMLElement }[] = [];
  let at = -1;
  const select = (to: number): void => {
    const before = choices[at]?.element;
    if (before) set(before, { 'aria-selected': 'false' });
    at = choices.length === 0 ? -1 : (to + choices.length) % choices.length;
    const chosen = choices[at]?.element;
    set(input, { 'aria-activedescendant': chosen?.id, 'aria-expanded': String(choices.length > 0) });
    if (!chosen) return;
    set(chosen, { 'aria-selected': 'true' });
    chosen.scrollIntoView({ block: 'nearest' });
  };
  return {
    show: (shelves: readonly Shelf[]): void => {
      choices = [];
      const groups = shelves.map(({ heading, choices: of }) => {
        const group = make(
          'div',
          { role: 'group', 'aria-label': heading },
          make('h3', { 'aria-hidden': 'true' }, heading),
        );
        for (const choice of of) {
          const element = optionOf(choice, `hit-${choices.length}`);
          choices.push({ choice, element });
          group.append(element);
        }
        return group;
      });
      hits.replaceChildren(...groups);
      hits.scrollTop = 0;
      select(0);
    },
    move: (step: number): void => select(at + step),
    chosen: (): Choice | undefined => choices[at]?.choice,
    at: (element: HTMLElement): Choice | undefined => choices.find((it) => it.element === element)?.choice,
  };
};

type Searches = ReturnType<typeof createRecent>;

/** What was looked for in this browser, the latest first. */
const createRecent = ({ shelf }: PageNeeds) => {
  const all = (): string[] => shelf.read<string[]>(RECENT_KEY) ?? [];
  return {
    all,
    remember: (text: string): void => {
      if (text.trim().length > 1)
        shelf.write(RECENT_KEY, [text, ...all().filter((it) => it !== text)].slice(0, RECENT));
    },
  };
};

/** Asks the server and shows its answers; an older one never takes the place of a newer. */
const createAsking = ({ api }: PageNeeds, { input, says }: Box, at: { list: List; recent: Searches }) => {
  const { list, recent } = at;
  let asked = 0;
  let shown = 0;
  let timer = 0;
  let answered = '';
  const showRecent = (): void => {
    const choices = recent.all().map((title) => ({ kind: 'recent' as const, title, says: '' }));
    list.show(choices.length > 0 ? [{ heading: words.groups.recent, choices }] : []);
    setText(says, '');
  };
  const ask = async (): Promise<void> => {
    const query = input.value;
    const number = ++asked;
    if (query.trim() === '') {
      answered = query;
      return showRecent();
    }
    const answer = await api.get<Answer>(`/search?limit=${SHOWN}&q=${encodeURIComponent(query)}`);
    if (number < shown || input.value.trim() === '') return;
    shown = number;
    answered = query;
    // A filter that makes no sense, or not yet, comes back with an example.
    if (!answer.ok) return setText(says, answer.status === 422 ? answer.title : words.failed);
    list.show(shelvesOf(answer.data));
    const count = countOf(answer.data);
    setText(says, count > 0 ? words.counted(count, answer.data.tookMs) : words.none(query.trim()));
  };
  return {
    ask,
    soon: (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), BREATH_MS);
    },
    /** Somebody types faster than the server answers: what was typed counts, not what was found before. */
    settled: (): Promise<void> => (answered === input.value ? Promise.resolve() : ask()),
  };
};

type How = 'play' | 'queue' | 'open';

const howOf = ({ shiftKey, ctrlKey, metaKey }: KeyboardEvent): How =>
  shiftKey ? 'queue' : ctrlKey || metaKey ? 'open' : 'play';

/** Plays, queues or opens what was chosen, or does what it says. */
const createTaking = (needs: PageNeeds, { dialog, input }: Box, recent: Searches) => {
  const command = createCommands(needs);
  return (choice: Choice, how: How): void => {
    const { source, href } = choice;
    recent.remember(input.value);
    dialog.close();
    if (choice.command) command(choice.command);
    else if (how === 'queue' && source) needs.addToQueue(source, 'end');
    else if (how === 'open' && href) needs.navigation.go(href);
    else if (source) void needs.player.playSource(source);
  };
};

type List = ReturnType<typeof createList>;

export function createPalette(needs: PageNeeds): Palette {
  const box = createBox();
  const list = createList(box);
  const recent = createRecent(needs);
  const { ask, soon, settled } = createAsking(needs, box, { list, recent });
  const takeThing = createTaking(needs, box, recent);
  const { dialog, input } = box;

  const take = (choice: Choice, how: How): void => {
    if (choice.kind !== 'recent') return takeThing(choice, how);
    input.value = choice.title;
    input.focus();
    void ask();
  };
  const enter = async (how: How): Promise<void> => {
    await settled();
    const choice = list.chosen();
    if (choice) return take(choice, how);
    const query = input.value.trim();
    if (query === '') return;
    dialog.close();
    needs.navigation.go(`/search?q=${encodeURIComponent(query)}`);
  };
  input.addEventListener('input', soon);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (step !== undefined) list.move(step);
    else void enter(howOf(event));
  });
  box.hits.addEventListener('click', (event) => {
    const option = closest(event, '[role=option]');
    const choice = option && list.at(option);
    // As anywhere: a click on a song plays it, on anything else opens it.
    if (choice) take(choice, choice.kind === 'tracks' || choice.kind === 'lyrics' ? 'play' : 'open');
  });
  return {
    open: () => {
      if (dialog.open) return input.select();
      dialog.showModal();
      input.focus();
      input.select();
      void ask();
    },
  };
}
