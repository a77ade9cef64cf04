/** What the page of results found, read from its markup: sections of cards and rows. */
export type Hit = {
  group: string;
  kind: string;
  title: string;
  line: string;
  href: string;
  /** A value of data-play. */
  plays: string;
  image: string | undefined;
  tint: string;
  round: boolean;
  isSong: boolean;
};

const PER_GROUP = 5;

/** Undefined where the server could not be asked. The title that is the query itself comes first, then songs, albums, artists. */
export async function readHits(query: string): Promise<Hit[] | undefined> {
  try {
    const answer = await fetch(`/search?q=${encodeURIComponent(query)}`, { headers: { accept: 'text/html' } });
    if (!answer.ok) return undefined;
    return rank(hitsOf(new DOMParser().parseFromString(await answer.text(), 'text/html')), query);
  } catch {
    return undefined;
  }
}

const hitsOf = (page: Document): Hit[] =>
  [...page.querySelectorAll('#results section')].flatMap((section) => {
    const group = section.getAttribute('aria-label') ?? '';
    return [...section.querySelectorAll('.card, .tr')].slice(0, PER_GROUP).flatMap((each) => hitOf(each, group) ?? []);
  });

function hitOf(element: Element, group: string): Hit | undefined {
  const link = element.querySelector<HTMLAnchorElement>('h3 a, .names .t a');
  const href = link?.getAttribute('href');
  const track = element.getAttribute('data-track');
  const plays = track
    ? `track:${track}`
    : (element.querySelector('[data-play]')?.getAttribute('data-play') ?? href?.replace(/^\/playlists\//, 'playlist:'));
  if (!link || !href || !plays) return undefined;
  const line = element.querySelector('.card > p, .names .s, .end')?.textContent?.trim() ?? '';
  return {
    group,
    kind: element.getAttribute('data-kind') ?? '',
    title: link.textContent?.trim() ?? '',
    line,
    href,
    plays,
    image: element.querySelector('img')?.getAttribute('src') ?? undefined,
    tint:
      element.closest('[data-tint]')?.getAttribute('data-tint') ??
      element.querySelector('[data-tint]')?.getAttribute('data-tint') ??
      'n',
    round: element.querySelector('.round') !== null,
    isSong: track !== null,
  };
}

/** Where in a title the query stands, at the start of a word: from, to. */
export function matchIn(title: string, query: string): [number, number] | undefined {
  const wanted = folded(query);
  for (const { index } of title.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)) {
    const to = index + query.length;
    if (wanted && folded(title.slice(index, to)) === wanted) return [index, to];
  }
  return undefined;
}

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** How well a title answers: the query itself, then what begins with it, then the rest. */
function rank(hits: readonly Hit[], query: string): Hit[] {
  const wanted = folded(query);
  const place = ({ title }: Hit): number => {
    const name = folded(title);
    return name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
  };
  const top = hits.toSorted((one, other) => place(one) - place(other))[0];
  return top ? [top, ...hits.filter((hit) => hit !== top)] : [];
}
