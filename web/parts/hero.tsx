import type { Child } from 'hono/jsx';
import type { IconName } from '../assets/icons.ts';
import { Cover } from './cover.tsx';
import type { MaybeCover } from './cover.tsx';

export type HeroProps = {
  title: string;
  cover?: MaybeCover;
  /** In place of the cover. */
  art?: Child;
  alt: string;
  kind: Child;
  round?: boolean;
  blank?: IconName;
  children: Child;
};

/** The head of a page about one thing: its picture, what it is, its name, what can be done with it. */
export const Hero = ({ title, cover, art, alt, kind, round, blank, children }: HeroProps) => (
  <div class={round ? 'hero ring' : 'hero'}>
    {art ?? (
      <Cover cover={cover} as="hero" of={title} alt={cover?.id ? alt : ''} round={round ?? false} blank={blank} eager />
    )}
    <div class="info">
      <p class="small dim">{kind}</p>
      <h1 dir="auto">{title}</h1>
      {children}
    </div>
  </div>
);
