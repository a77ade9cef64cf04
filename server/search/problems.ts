import { defineProblem } from '../kit/index.ts';

export const engineAway = defineProblem({
  code: 'search/engine-away',
  status: 503,
  title: 'Meilisearch is away; the built-in index was made anew.',
});
