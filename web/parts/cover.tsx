import type { IconName } from '../assets/icons.ts';
import { hueOf } from './hue.ts';
import { Icon } from './icon.tsx';

/** `tint` is the hue step of the cover, 0..23, or 'n' for grey. Without an id there is no picture, only a place for one. */
export type CoverRef = { id?: string | null | undefined; tint?: string | number | null | undefined };
export type MaybeCover = CoverRef | null | undefined;

/** `of` is the name of what has the cover: it gives the hue where there is no picture. */
export const tintOf = (cover: MaybeCover, of?: string): string =>
  String(cover?.tint ?? (of === undefined ? 'n' : hueOf(of)));

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
  /** The name that a sleeve without a picture is lettered with. */
  of: string;
  alt?: string;
  round?: boolean;
  /** Stands in place of the name. Too small a sleeve has a record instead. */
  blank?: IconName | undefined;
  eager?: boolean;
};

export const Cover = ({ cover, as, of, alt = '', round, blank, eager }: CoverProps) => {
  if (!cover?.id)
    return (
      <Sleeve
        of={of}
        alt={alt}
        round={round ?? false}
        icon={blank ?? (as === 'thumb' || as === 'small' ? 'disc-3' : undefined)}
      />
    );
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

type SleeveProps = { of: string; alt: string; round: boolean; icon: IconName | undefined };

/** A sleeve of our own where there is no picture: its name, cut in stone, over the horizon of the mark; people get initials. */
const Sleeve = ({ of, alt, round, icon }: SleeveProps) => {
  const lettering = icon ? undefined : round ? { text: initialsOf(of), long: false } : letteringOf(of);
  const named = alt ? { role: 'img', 'aria-label': alt } : { 'aria-hidden': 'true' as const };
  return (
    <span
      class={['blank', round && 'round', lettering?.long && 'long'].filter(Boolean).join(' ')}
      data-tint={tintOf(undefined, of)}
      data-n={lettering?.text}
      {...named}
    >
      {icon ? <Icon name={icon} /> : round ? undefined : <Horizon />}
    </span>
  );
};

/** A line of a sleeve holds about so many letters. */
const LINE_LETTERS = 12;
const BREAK = '\u200b';

/** A name set in lines: it may break where file names join words, and a long word is set smaller rather than cut. */
export const letteringOf = (name: string): { text: string; long: boolean } => {
  const text = name.replace(/[_./\\+–—-](?=[\p{L}\p{N}])/gu, `$&${BREAK}`);
  return { text, long: text.split(/[\s\u200b]+/).some((word) => word.length > LINE_LETTERS) };
};

const Horizon = () => (
  <svg class="horizon" viewBox="0 0 28 14" fill="none" stroke="currentColor" aria-hidden="true">
    <path d="M4 14a10 10 0 0 1 20 0M9 14a5 5 0 0 1 10 0M1 13.700h26" />
  </svg>
);

/** Four covers as one; fewer, and the first stands alone. */
export const Collage = ({
  covers,
  as,
  of,
  blank,
}: Pick<CoverProps, 'as' | 'of' | 'blank'> & { covers: readonly CoverRef[] }) =>
  covers.length < 4 ? (
    <Cover cover={covers[0]} as={as} of={of} blank={blank} />
  ) : (
    <span class="collage">
      {covers.slice(0, 4).map((cover) => (
        <Cover cover={cover} as="card" of={of} />
      ))}
    </span>
  );

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const letter = /[\p{L}\p{N}]/u;

/** "Ondřej Vlk" -> "OV", "The Bridges" -> "B", "夕凪カルテット" -> "夕" */
export const initialsOf = (name: string): string => {
  const words = name.replace(/^the\s+/i, '').split(/[\s/&,+-]+/);
  const first = words.map((word) =>
    Array.from(graphemes.segment(word), (each) => each.segment).find((each) => letter.test(each)),
  );
  const found = first.filter((each) => each !== undefined);
  return [found[0], found.length > 1 ? found.at(-1) : ''].join('').toLocaleUpperCase('en') || '·';
};
