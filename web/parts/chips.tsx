import type { Child } from 'hono/jsx';
import { Icon } from './icon.tsx';
import { t } from '../strings.ts';

export const ChipLink = ({ href, chosen, children }: { href: string; chosen: boolean; children: Child }) => (
  <a class="chip" href={href} aria-current={chosen ? 'page' : undefined}>
    {children}
  </a>
);

export type LibraryView = 'albums' | 'artists' | 'songs' | 'genres' | 'folders';

const VIEWS: readonly { view: LibraryView; href: string; text: string }[] = [
  { view: 'albums', href: '/albums', text: t.library.albums },
  { view: 'artists', href: '/artists', text: t.library.artists },
  { view: 'songs', href: '/tracks', text: t.library.songs },
  { view: 'genres', href: '/genres', text: t.library.genres },
  { view: 'folders', href: '/folders', text: t.library.folders },
];

/** The ways to look at the library. */
export const LibraryViews = ({ at }: { at: LibraryView }) => (
  <nav class="bar" aria-label={t.library.views}>
    {VIEWS.map(({ view, href, text }) => (
      <ChipLink href={href} chosen={view === at}>
        {text}
      </ChipLink>
    ))}
  </nav>
);

export type Option = { value: string; text: string };
type PickProps = { name: string; label: string; options: readonly Option[]; value: string | undefined };

/** A chip that opens the browser's own list of choices. */
export const Pick = ({ name, label, options, value }: PickProps) => (
  <select class="chip pick" name={name} aria-label={label}>
    {options.map((option) => (
      <option value={option.value} selected={option.value === (value ?? '')}>
        {option.text}
      </option>
    ))}
  </select>
);

/** A form of chips that asks again as soon as one of them changes; without scripts it has a button. */
export const FilterForm = ({ action, children, end }: { action: string; children: Child; end?: Child }) => (
  <form
    class="bar"
    action={action}
    method="get"
    hx-get={action}
    hx-trigger="change"
    hx-push-url="true"
    aria-label={t.library.filters}
  >
    {children}
    <noscript>
      <button class="chip" type="submit">
        {t.act.apply}
      </button>
    </noscript>
    {end}
  </form>
);

export const ClearFilters = ({ href }: { href: string }) => (
  <a class="chip plain" href={href}>
    <Icon name="x" />
    {t.library.clear}
  </a>
);

type ToggleProps = { name: string; value?: string; text: string; on: boolean; children?: Child };

/** A checkbox that looks like a chip. */
export const ToggleChip = ({ name, value = 'true', text, on, children }: ToggleProps) => (
  <label class="chip toggle">
    <input class="sr" type="checkbox" name={name} value={value} checked={on} />
    {children}
    {text}
  </label>
);
