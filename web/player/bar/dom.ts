/** The page's elements: found by id, made by name. Nothing here writes HTML text: names come from tags and are never markup. */
export type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string | undefined;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** `true` is an empty attribute, `false` and undefined remove it. */
export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

export function find<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element as T;
}

const SVG = 'http://www.w3.org/2000/svg';
let sprite = '';
export const useSprite = (url: string): void => {
  sprite = url;
};

export function icon(name: string, kind = ''): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  set(svg, { class: `i ${kind}`.trim(), 'aria-hidden': 'true' });
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** A drawing of one line. */
export function drawing(name: string, box: string, line: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  set(svg, { class: name, viewBox: box, fill: 'none', stroke: 'currentColor', 'aria-hidden': 'true' });
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', line);
  svg.append(path);
  return svg;
}

export function setIcon(element: Element, name: string): void {
  const use = element.querySelector('use');
  const href = `${sprite}#${name}`;
  if (use && use.getAttribute('href') !== href) use.setAttribute('href', href);
}

/** Written only when it differs: most updates of the bar change nothing, and a screen reader must not hear them. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export const MARKED = 'evensong:marked';
export type Marked = { selector: string; show: (element: Element) => void };

/** On the whole page, and in the rows that a long list has put aside (page/fold-list.ts). */
export function everywhere(selector: string, show: Marked['show']): void {
  document.querySelectorAll(selector).forEach(show);
  document.dispatchEvent(new CustomEvent<Marked>(MARKED, { detail: { selector, show } }));
}

export const button = (attributes: Attributes, ...children: readonly Child[]): HTMLButtonElement =>
  make('button', { type: 'button', ...attributes }, ...children);

export const closest = (event: Event, selector: string): HTMLElement | undefined =>
  event.target instanceof Element ? (event.target.closest<HTMLElement>(selector) ?? undefined) : undefined;
