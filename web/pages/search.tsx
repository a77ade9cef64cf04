import { ChipLink } from '../parts/chips.tsx';
import { Empty } from '../parts/empty.tsx';
import { FOUND_KINDS, FoundAll, FoundSome } from '../parts/found.tsx';
import type { FoundGroups, FoundKind } from '../parts/found.tsx';
import { GenreTile } from '../parts/genre-tile.tsx';
import type { GenreView } from '../parts/genre-tile.tsx';
import { Icon } from '../parts/icon.tsx';
import { Section } from '../parts/section.tsx';
import { TopHit } from '../parts/top-hit.tsx';
import type { FoundTop } from '../parts/top-hit.tsx';
import { t } from '../strings.ts';

export type SearchPageProps = {
  query: string;
  /** Undefined while nothing is asked, or what is asked makes no sense. */
  groups?: FoundGroups | undefined;
  top?: FoundTop | undefined;
  /** Only this kind is shown, and all of it. */
  only?: FoundKind | undefined;
  /** The question as the best answer spells it. */
  meant?: string | undefined;
  /** Filters that make no sense, each with what would. */
  wrong?: readonly string[] | undefined;
  /** To look through while nothing is asked yet. */
  genres: readonly GenreView[];
};

const BROWSED = 24;

const hrefOf = (query: string, only?: FoundKind): string =>
  `/search?${new URLSearchParams({ q: query, ...(only && { types: only }) }).toString()}`;

const countOf = (groups: FoundGroups): number => FOUND_KINDS.reduce((sum, kind) => sum + groups[kind].total, 0);

/** What is shown on top is not shown a second time. */
const besides = (top: FoundTop, groups: FoundGroups): FoundGroups => {
  const { items, total } = groups[top.kind];
  const rest = items.filter((it) => 'line' in it || it.id !== top.id);
  return { ...groups, [top.kind]: { items: rest, total: total - 1 } };
};

/** One box over every name. It answers as you type; without scripts, on Enter. */
export const SearchPage = (props: SearchPageProps) => (
  <>
    <div class="stack">
      <h1 class="page" id="asked">
        {props.query ? t.search.resultsFor(props.query) : t.search.title}
      </h1>
      <SearchBox query={props.query} />
      <p class="sr" role="status" id="counted">
        {props.groups ? t.search.counted(countOf(props.groups)) : undefined}
      </p>
    </div>
    <div class="wrap" id="results">
      <Results {...props} />
    </div>
  </>
);

const SearchBox = ({ query }: { query: string }) => (
  <form class="box" role="search" action="/search" method="get">
    <Icon name="search" />
    <input
      type="search"
      name="q"
      value={query}
      aria-label={t.search.label}
      placeholder={t.search.placeholder}
      autocomplete="off"
      spellcheck={false}
      enterkeyhint="search"
      maxlength={200}
      hx-get="/search"
      hx-trigger="input changed delay:180ms"
      hx-sync="replace"
      hx-target="#results"
      hx-select="#results"
      hx-select-oob="#asked:outerMorph,#counted:outerMorph"
      hx-swap="outerHTML"
      hx-replace-url="true"
      autofocus
    />
  </form>
);

const Results = (props: SearchPageProps) => {
  const { query, groups, only, top, meant } = props;
  if (!query) return <Start genres={props.genres} />;
  if (props.wrong?.length) return <Empty icon="search" title={t.search.wrongTitle} text={props.wrong.join(' ')} />;
  if (!groups || countOf(groups) === 0)
    return <Empty icon="search" title={t.search.nothingTitle(query)} text={t.search.nothingText} />;
  return (
    <>
      <div class="stack">
        {meant ? <Meant meant={meant} /> : undefined}
        <Kinds query={query} groups={groups} only={only} />
      </div>
      {only ? (
        <FoundAll kind={only} groups={groups} />
      ) : (
        <>
          {top ? <TopHit top={top} groups={groups} /> : undefined}
          {FOUND_KINDS.map((kind) => (
            <FoundSome kind={kind} groups={top ? besides(top, groups) : groups} all={hrefOf(query, kind)} />
          ))}
        </>
      )}
    </>
  );
};

const Start = ({ genres }: { genres: readonly GenreView[] }) =>
  genres.length ? (
    <Section title={t.search.browse} all="/genres">
      <ol class="tiles">
        {genres.slice(0, BROWSED).map((genre) => (
          <GenreTile genre={genre} />
        ))}
      </ol>
    </Section>
  ) : (
    <Empty icon="search" title={t.search.startTitle} text={t.search.startText} />
  );

/** Everything, or one kind alone. */
const Kinds = ({ query, groups, only }: { query: string; groups: FoundGroups; only: FoundKind | undefined }) => (
  <nav class="bar" aria-label={t.search.byKind}>
    <ChipLink href={hrefOf(query)} chosen={only === undefined}>
      {t.search.everything}
    </ChipLink>
    {FOUND_KINDS.filter((kind) => groups[kind].total > 0 || kind === only).map((kind) => (
      <ChipLink href={hrefOf(query, kind)} chosen={kind === only}>
        {t.search.kindCounted(t.search.kinds[kind], groups[kind].total)}
      </ChipLink>
    ))}
  </nav>
);

const Meant = ({ meant }: { meant: string }) => (
  <p class="row">
    {t.search.didYouMean}
    <a class="chip" href={hrefOf(meant)} dir="auto">
      {meant}
    </a>
  </p>
);
