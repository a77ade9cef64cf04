import type { Child } from 'hono/jsx';
import { t } from '../strings.ts';

type SectionProps = { title: string; all?: string | undefined; allText?: string | undefined; children: Child };

/** A heading with what belongs to it; `all` leads to the whole list. */
export const Section = ({ title, all, allText, children }: SectionProps) => (
  <section aria-label={title}>
    <div class="head">
      <h2>{title}</h2>
      {all ? (
        <a href={all} aria-label={allText ?? t.act.seeAllOf(title)}>
          {allText ?? t.act.seeAll}
        </a>
      ) : undefined}
    </div>
    {children}
  </section>
);

/** One row of cards that scrolls sideways. */
export const Shelf = ({ title, all, children }: { title: string; all?: string | undefined; children: Child }) => (
  <Section title={title} all={all}>
    <div class="shelf" tabindex={0} role="group" aria-label={title}>
      {children}
    </div>
  </Section>
);

export const PageTitle = ({ title, total }: { title: string; total?: string | undefined }) => (
  <div class="row">
    <h1 class="page" dir="auto">
      {title}
    </h1>
    {total ? <span class="faint num">{total}</span> : undefined}
  </div>
);
