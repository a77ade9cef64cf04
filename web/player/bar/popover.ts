/** What the menu and the signal path share: an element in the top layer that belongs to its opener. */
import { set } from './dom.ts';

/** Shows `element`; light dismiss and Escape close it, it is removed, and the focus goes back to the opener. */
export function popUp(element: HTMLElement, opener: HTMLElement): void {
  element.setAttribute('popover', '');
  // In the landmark of its opener, as all content is; the top layer draws it over everything from there too.
  (opener.closest('main, .drawer, #player') ?? document.body).append(element);
  set(opener, { 'aria-expanded': 'true' });
  element.addEventListener('toggle', (event) => {
    if ((event as ToggleEvent).newState !== 'closed') return;
    set(opener, { 'aria-expanded': 'false' });
    const lostFocus = element.contains(document.activeElement) || document.activeElement === document.body;
    element.remove();
    if (lostFocus && opener.isConnected) opener.focus({ preventScroll: true });
  });
  element.showPopover();
}
