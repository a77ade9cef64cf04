/**
 * Fields that say `data-from-fragment="code"` take their value from `#code=…` of the address: the set-up link carries its
 * code there, because a fragment is never sent, logged or passed on as a referrer. It leaves the address bar at once.
 */
export function fillFromFragment(page: Document, at: Location, history: History): void {
  const given = new URLSearchParams(at.hash.slice(1));
  const fields = page.querySelectorAll<HTMLInputElement>('input[data-from-fragment]');
  let used = false;
  for (const field of fields) {
    const value = given.get(field.dataset['fromFragment'] ?? '');
    if (value === null || field.value !== '') continue;
    field.value = value;
    used = true;
  }
  if (used) history.replaceState(history.state, '', at.pathname + at.search);
}
