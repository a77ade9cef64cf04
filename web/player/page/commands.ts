/** What the palette does beside finding. */
import { showTheme } from '../theme.ts';
import type { PageNeeds } from './page-scripts.ts';
import { words } from './palette-words.ts';

export type CommandName = keyof typeof words.commands;

export const createCommands = ({ api, toasts, navigation, player }: PageNeeds): ((name: CommandName) => void) => {
  const theme = (value: 'dark' | 'light'): void => {
    showTheme(document, value);
    void api.send('PATCH', '/settings', { body: { theme: value } });
  };
  const scan = async (): Promise<void> => {
    const answer = await api.send('POST', '/scans');
    toasts.show(answer.ok ? words.scanning : answer.status === 403 ? words.refused : answer.title);
  };
  const acts = {
    scan: () => void scan(),
    dark: () => theme('dark'),
    light: () => theme('light'),
    settings: () => navigation.go('/settings'),
    history: () => navigation.go('/history'),
    shuffle: () => void player.playSource('tracks:liked', { shuffle: true }),
  };
  return (name) => acts[name]();
};
