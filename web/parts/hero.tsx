import type { Child } from 'hono/jsx';
import type { IconName } from '../assets/icons.ts';
import { Cover } from './cover.tsx';
import type { MaybeCover } from './cover.tsx';

export type HeroProps = {
  title: string;
  cover: MaybeCover;
  alt: string;
  kind: Child;
  round?: boolean;
  blank?: IconName;
  children: Child;
};

/** The head of a page about one thing: its picture, what it is, its name, what can be done with it. */
export const Hero = ({ title, cover, alt, kind, round, blank = 'disc-3', children }: HeroProps) => (
  <div class={round ? 'hero ring' : 'hero'}>
    <Cover cover={cover} as="hero" alt={cover?.id ? alt : ''} blank={blank} eager />
    <div class="info">
      <p class="small dim">{kind}</p>
      <h1 dir="auto">{title}</h1>
      {children}
    </div>
  </div>
);
