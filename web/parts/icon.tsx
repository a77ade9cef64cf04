import { createContext, useContext } from 'hono/jsx';
import type { IconName } from '../assets/icons.ts';

/** From the plain name of an asset to its address. The document puts it in place for everything drawn below it. */
export type AssetUrl = (name: string) => string;

export const Assets = createContext<AssetUrl>((name) => `/assets/${name}`);

export const Icon = ({ name, kind }: { name: IconName; kind?: 'solid' | 'i-heart' }) => {
  const asset = useContext(Assets);
  return (
    <svg class={kind ? `i ${kind}` : 'i'} aria-hidden="true">
      <use href={`${asset('icons.svg')}#${name}`} />
    </svg>
  );
};

/** A record setting like a sun. */
export const Mark = () => (
  <svg viewBox="0 0 28 28" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
    <path d="M4 20a10 10 0 0 1 20 0M9 20a5 5 0 0 1 10 0M1.500 20h25M7 25h14" />
  </svg>
);
