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

type Context = { response?: { status: number }; request: { headers: Record<string, string> }; selectOOB?: string };
type Detail = { ctx?: Context };

type NavigationNeeds = { onFailed(): void; onPage(): void };

const FRAME_PARTS = '#side-nav,#side-lists,#side-me,#tabs';

const contextOf = (event: Event): Context | undefined => (event as CustomEvent<Detail>).detail?.ctx;

export function openNavigation(needs: NavigationNeeds): Navigation {
  const scrolls = new Map<string, number>();
  let restoring = false;
  history.scrollRestoration = 'manual';
  const place = (): string => location.pathname + location.search;

  addEventListener('scroll', () => scrolls.set(place(), scrollY), { passive: true });
  document.addEventListener('htmx:before:history:restore', () => (restoring = true));
  document.addEventListener('htmx:config:request', (event) => {
    const ctx = contextOf(event);
    // Back asks for <main> alone; the frame has to say where one is too.
    if (ctx?.request.headers['HX-History-Restore-Request']) ctx.selectOOB = FRAME_PARTS;
  });
  document.addEventListener('htmx:before:response', (event) => {
    if (contextOf(event)?.response?.status !== 401) return;
    event.preventDefault();
    location.assign(`/sign-in?to=${encodeURIComponent(place())}`);
  });
  document.addEventListener('htmx:error', () => needs.onFailed());
  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.target;
    if (
      target instanceof Element &&
      target !== document.body &&
      !target.matches('#main, body') &&
      target.closest('#main')
    )
      return;
    arrive(restoring ? (scrolls.get(place()) ?? 0) : undefined);
    restoring = false;
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
  else scrollToTop(scrollTo ?? 0);
}

const scrollToTop = (top: number): void => scrollTo({ top, behavior: 'instant' });
