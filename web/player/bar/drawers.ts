/** The right-hand drawers: one open at a time, its button pressed; Escape, its own button and Back on Android close it, focus goes back. */
import { onCloseRequest } from './close-request.ts';
import { button, find, icon, make, set } from './dom.ts';

/** Where the queue or the words of a song are shown: a drawer, or a tab of the full view. */
export type Place = { element: HTMLElement; body: HTMLElement; isOpen: () => boolean };

export type Drawer = Place & {
  toggle(): void;
  close(): void;
};

const open = new Set<Drawer>();

function createDrawer(how: { name: string; closeName: string; buttonId: string; onOpen(): void }): Drawer {
  const opener = find(how.buttonId);
  const close = button({ class: 'ico', 'aria-label': how.closeName }, icon('x'));
  const body = make('div', { class: 'drawer-body' });
  const header = make('header', {}, make('h2', {}, how.name), close);
  const element = make(
    'aside',
    { class: 'drawer', 'aria-label': how.name, 'hx-boost': 'false', hidden: true },
    header,
    body,
  );
  find('main').after(element);
  let stopListening = (): void => undefined;
  const show = (shown: boolean): void => {
    stopListening();
    if (shown) stopListening = onCloseRequest(() => drawer.close());
    set(element, { hidden: !shown });
    set(opener, { 'aria-pressed': String(shown) });
    if (shown) open.add(drawer);
    else open.delete(drawer);
  };
  const drawer: Drawer = {
    element,
    body,
    isOpen: () => open.has(drawer),
    toggle() {
      if (open.has(drawer)) return drawer.close();
      for (const other of open) other.close();
      show(true);
      how.onOpen();
    },
    close() {
      const hadFocus = element.contains(document.activeElement);
      show(false);
      if (hadFocus) opener.focus();
    },
  };
  opener.addEventListener('click', () => drawer.toggle());
  close.addEventListener('click', () => drawer.close());
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') drawer.close();
  });
  return drawer;
}

/** A drawer whose inside is fetched when it is first opened: `load` fills it and answers how to draw it again. */
export function createLazyDrawer(how: {
  name: string;
  closeName: string;
  buttonId: string;
  load(drawer: Drawer): Promise<() => void>;
}): Drawer {
  let inside: Promise<() => void> | undefined;
  const drawer = createDrawer({ ...how, onOpen: () => void (inside ??= how.load(drawer)).then((draw) => draw()) });
  return drawer;
}
