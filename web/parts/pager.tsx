import { t } from '../strings.ts';

/**
 * The last item of a long list: fetches the page behind `next` and puts its items in its own place. The list carries
 * id="items" (or what `list` says), so the same address works as a page of its own where there are no scripts.
 */
export const Pager = ({ href, what, list = 'items' }: { href: string; what: string; list?: string }) => (
  <li class="pager">
    <a
      class="btn"
      href={href}
      hx-get={href}
      hx-select={`#${list} > *`}
      hx-select-oob=""
      hx-target="closest .pager"
      hx-swap="outerHTML"
      hx-push-url="false"
      hx-trigger="click, intersect once"
    >
      {t.library.more(what)}
    </a>
  </li>
);

/** Where a list goes on: the same address with the cursor of the next page. */
export const nextHref = (path: string, query: Readonly<Record<string, string | undefined>>, next: string): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
  search.set('cursor', next);
  return `${path}?${search.toString()}`;
};
