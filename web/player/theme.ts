/** Shows a theme at once; keeping it is the server's business. */
export const showTheme = (page: Document, theme: string): void => {
  if (theme === 'light' || theme === 'dark') page.documentElement.dataset['theme'] = theme;
  else delete page.documentElement.dataset['theme'];
  const scheme = page.querySelector<HTMLMetaElement>('meta[name="color-scheme"]');
  if (scheme) scheme.content = theme === 'system' ? 'light dark' : theme;
};

/** The theme changes as soon as it is chosen (`data-theme-choice` on a radio button); the form beside it keeps the choice. */
export const followTheme = (page: Document): void => {
  page.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches('[data-theme-choice]')) showTheme(page, target.value);
  });
};
