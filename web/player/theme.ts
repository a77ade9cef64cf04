/** The theme changes as soon as it is chosen (`data-theme-choice` on a radio button); the form beside it keeps the choice. */
export const followTheme = (page: Document): void => {
  page.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.matches('[data-theme-choice]')) return;
    if (target.value === 'light' || target.value === 'dark') page.documentElement.dataset['theme'] = target.value;
    else delete page.documentElement.dataset['theme'];
    const scheme = page.querySelector<HTMLMetaElement>('meta[name="color-scheme"]');
    if (scheme) scheme.content = target.value === 'system' ? 'light dark' : target.value;
  });
};
