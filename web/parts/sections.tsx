import type { Child } from 'hono/jsx';
import type { IconName } from '../assets/icons.ts';
import { t } from '../strings.ts';
import { Icon } from './icon.tsx';

type Place = 'you' | 'history' | 'scan' | 'server';

const PLACES: readonly { place: Place; href: string; icon: IconName; text: string }[] = [
  { place: 'you', href: '/settings', icon: 'user', text: t.settings.you },
  { place: 'history', href: '/history', icon: 'history', text: t.history.title },
  { place: 'scan', href: '/scans', icon: 'hard-drive', text: t.settings.scan },
  { place: 'server', href: '/server', icon: 'server', text: t.settings.server },
];

type SectionsProps = { at: Place; administers: boolean; children: Child };

/** The pages about oneself and the house: their names on the left, the one that is open beside them. */
export const Sections = ({ at, administers, children }: SectionsProps) => (
  <div class="settings">
    <nav class="nav" aria-label={t.settings.sections}>
      {PLACES.filter(({ place }) => administers || place !== 'server').map(({ place, href, icon, text }) => (
        <a href={href} aria-current={place === at ? 'page' : undefined}>
          <Icon name={icon} />
          <span>{text}</span>
        </a>
      ))}
    </nav>
    <div class="wrap">{children}</div>
  </div>
);
