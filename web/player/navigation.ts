/**
 * From page to page without a stop: htmx swaps `<main>` alone. What a full page load would do and htmx does not is here: focus
 * goes to the new heading, scroll comes back with Back, a lost session leads to signing in. The only file that knows htmx.
 */
import htmx from 'htmx.org';

export type Navigation = {
  go: (href: string) => void;
  /** Draws one part of the page anew, where it stands. */
  refresh: (href: string, part: string) => void;
};

type Context = {
  response?: { status: number };
  request: { headers: Record<string, string> };
  selectOOB?: string;
  sourceElement?: Element;
  sourceEvent?: Event;
};
type Detail = { ctx?: Context };

type NavigationNeeds = { onFailed(): void; onPage(): void };

const FRAME_PARTS = '#side-nav,#side-lists,#side-me,#tabs';

const contextOf = (event: Event): Context | undefined => (event as CustomEvent<Detail>).detail?.ctx;

export function openNavigation(needs: NavigationNeeds): Navigation {
  const scrolls = new Map<string, number>();
  let restoring = false;
  /** The control of a filter that asked for the page: it keeps the focus. */
  let filter: string | undefined;
  history.scrollRestoration = 'manual';
  const place = (): string => location.pathname + location.search;

  addEventListener('scroll', () => scrolls.set(place(), scrollY), { passive: true });
  document.addEventListener('htmx:before:history:restore', () => (restoring = true));
  document.addEventListener('htmx:config:request', (event) => {
    const ctx = contextOf(event);
    const changed = ctx?.sourceElement?.matches('form.bar') ? ctx.sourceEvent?.target : undefined;
    filter = changed instanceof Element ? (changed.getAttribute('name') ?? undefined) : undefined;
    // Back asks for <main> alone; the frame has to say where one is too.
    if (ctx?.request.headers['HX-History-Restore-Request']) ctx.selectOOB = FRAME_PARTS;
  });
  document.addEventListener('htmx:before:response', (event) => {
    if (contextOf(event)?.response?.status !== 401) return;
    event.preventDefault();
    location.assign(`/sign-in?next=${encodeURIComponent(place())}`);
  });
  document.addEventListener('htmx:error', (event) => {
    // What asks again by itself is not worth a word: the next time comes.
    if (!contextOf(event)?.sourceElement?.matches('[hx-trigger^=every]')) needs.onFailed();
  });
  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.target;
    if (
      target instanceof Element &&
      target !== document.body &&
      !target.matches('#main, body') &&
      target.closest('#main')
    )
      return;
    const control = filter && document.querySelector<HTMLElement>(`#main form.bar [name="${CSS.escape(filter)}"]`);
    if (control) control.focus({ preventScroll: true });
    else arrive(restoring ? (scrolls.get(place()) ?? 0) : undefined);
    restoring = false;
    filter = undefined;
    needs.onPage();
  });
  return {
    go(href) {
      const swap = { target: '#main', select: '#main', swap: 'outerHTML', push: 'true', selectOOB: FRAME_PARTS };
      void htmx.ajax('GET', href, swap);
    },
    refresh: (href, part) =>
      void htmx.ajax('GET', href, { target: part, select: part, swap: 'outerMorph', push: 'false', selectOOB: '' }),
  };
}

/** A heading takes the focus without being scrolled to: the page begins at its top, or where it was left. */
function arrive(scrollTo: number | undefined): void {
  const heading = document.querySelector<HTMLElement>('#main h1') ?? document.getElementById('main');
  const anchor = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  if (scrollTo === undefined && anchor) anchor.scrollIntoView({ block: 'center' });
  else if (scrollTo) void scrollBackTo(scrollTo);
  else scrollToTop(0);
}

const MOST_PAGES = 40;
const PAGE_MS = 5000;

/** A list that had been followed further down is fetched as far again, page by page, before the place is there. */
async function scrollBackTo(top: number): Promise<void> {
  const list = document.getElementById('main');
  for (let pages = 0; pages < MOST_PAGES && list?.isConnected; pages++) {
    scrollToTop(top);
    const more = list.querySelector<HTMLElement>('.pager a');
    if (!more || document.documentElement.scrollHeight - innerHeight >= top) return;
    more.click();
    await new Promise<void>((settled) => {
      document.addEventListener('htmx:after:swap', () => settled(), { once: true });
      setTimeout(settled, PAGE_MS);
    });
  }
}

const scrollToTop = (top: number): void => scrollTo({ top, behavior: 'instant' });
