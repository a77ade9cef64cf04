import type { IconName } from '../assets/icons.ts';
import { Icon } from './icon.tsx';

/** `tint` is the hue step of the cover, 0..23, or 'n' for grey. Without an id there is no picture, only a place for one. */
export type CoverRef = { id?: string | null | undefined; tint?: string | number | null | undefined };
export type MaybeCover = CoverRef | null | undefined;

export const tintOf = (cover: MaybeCover): string => String(cover?.tint ?? 'n');

export const coverUrl = (id: string, size: 64 | 128 | 256 | 512 | 1024): string =>
  `/api/v1/covers/${encodeURIComponent(id)}?size=${size}`;

const WIDTHS = {
  thumb: { px: 44, steps: [64, 128], sizes: '44px' },
  small: { px: 80, steps: [128, 256], sizes: '80px' },
  card: { px: 256, steps: [256, 512], sizes: '(max-width: 767px) 45vw, 176px' },
  hero: { px: 512, steps: [512, 1024], sizes: '(max-width: 767px) 60vw, 272px' },
} as const;

export type CoverProps = {
  cover: MaybeCover;
  as: keyof typeof WIDTHS;
  alt?: string;
  round?: boolean;
  /** What stands in its place when there is no picture. */
  blank?: IconName;
  eager?: boolean;
};

export const Cover = ({ cover, as, alt = '', round, blank = 'disc-3', eager }: CoverProps) => {
  if (!cover?.id) return <Blank icon={blank} alt={alt} round={round ?? false} />;
  const { px, steps, sizes } = WIDTHS[as];
  const id = cover.id;
  return (
    <img
      class={round ? 'round' : undefined}
      src={coverUrl(id, steps[0])}
      srcset={steps.map((step) => `${coverUrl(id, step)} ${step}w`).join(', ')}
      sizes={sizes}
      alt={alt}
      width={px}
      height={px}
      loading={eager ? 'eager' : 'lazy'}
      decoding="async"
    />
  );
};

const Blank = ({ icon, alt, round }: { icon: IconName; alt: string; round: boolean }) => {
  const named = alt ? { role: 'img', 'aria-label': alt } : {};
  return (
    <span class={round ? 'blank round' : 'blank'} {...named}>
      <Icon name={icon} />
    </span>
  );
};
