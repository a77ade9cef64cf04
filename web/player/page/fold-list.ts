/**
 * Long lists stay small: rows far out of sight leave the page in blocks, an empty item of the same height stands in their place, and
 * they come back before they are seen. Rows are kept as they are, so nothing is fetched or drawn twice.
 */
import { MARKED, type Marked } from '../bar/dom.ts';

const BLOCK = 60;
/** In heights of the window: what lies nearer stays. */
const NEAR = 3;

type Block = { rows: HTMLElement[]; gap: HTMLElement | undefined };
type Needs = { onBack(): void };

export function openFolding(needs: Needs): void {
  let list: HTMLElement | undefined;
  let blocks: Block[] = [];
  let waiting = false;

  const gather = (): void => {
    const found = document.querySelector<HTMLElement>('ol.tracks#items') ?? undefined;
    if (found !== list) blocks = [];
    list = found;
    if (!list) return;
    const known = new Set(blocks.flatMap(({ rows }) => rows));
    const fresh = [...list.querySelectorAll<HTMLElement>(':scope > [data-track]')].filter((row) => !known.has(row));
    for (let at = 0; at < fresh.length; at += BLOCK) blocks.push({ rows: fresh.slice(at, at + BLOCK), gap: undefined });
  };
  const look = (): void => {
    waiting = false;
    // A list that may be put in order is short, and its rows move between blocks.
    if (!list?.isConnected || blocks.length < 2 || list.dataset['reorder']) return;
    for (const block of blocks) foldOrUnfold(block, needs);
  };
  const soon = (): void => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(look);
  };
  addEventListener('scroll', soon, { passive: true });
  document.addEventListener('htmx:after:swap', () => {
    gather();
    soon();
  });
  document.addEventListener(MARKED, (event) => {
    const { selector, show } = (event as CustomEvent<Marked>).detail;
    for (const { rows, gap } of blocks) if (gap) for (const row of rows) row.querySelectorAll(selector).forEach(show);
  });
  gather();
}

function foldOrUnfold(block: Block, needs: Needs): void {
  const { rows, gap } = block;
  const top = (gap ?? rows[0])?.getBoundingClientRect().top ?? 0;
  const bottom = (gap ?? rows.at(-1))?.getBoundingClientRect().bottom ?? 0;
  const far = bottom < -NEAR * innerHeight || top > (NEAR + 1) * innerHeight;
  if (far && !gap && !rows.some((row) => row.contains(document.activeElement))) {
    const standIn = document.createElement('li');
    standIn.setAttribute('aria-hidden', 'true');
    standIn.style.height = `${bottom - top}px`;
    rows[0]?.before(standIn);
    for (const row of rows) row.remove();
    block.gap = standIn;
  } else if (!far && gap) {
    gap.replaceWith(...rows);
    block.gap = undefined;
    needs.onBack();
  }
}
