import type { Child } from 'hono/jsx';
import type { IconName } from '../assets/icons.ts';
import { LinkButton } from './buttons.tsx';
import { Icon } from './icon.tsx';

type EmptyProps = {
  icon: IconName;
  title: string;
  text: string;
  button?: { href: string; text: string; whole?: boolean } | undefined;
  children?: Child;
};

/** Icon, title, one sentence, one button. */
export const Empty = ({ icon, title, text, button, children }: EmptyProps) => (
  <div class="empty">
    <Icon name={icon} />
    <h2>{title}</h2>
    <p>{text}</p>
    {button ? <LinkButton href={button.href} text={button.text} main whole={button.whole ?? false} /> : undefined}
    {children}
  </div>
);
