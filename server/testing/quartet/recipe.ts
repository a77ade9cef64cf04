import type { Route } from '../../http/index.ts';
import type { Browser } from '../accounts-house.ts';
import type { WholeHouse } from '../whole-house.ts';

/** What a route's happy path needs: made fresh in the house by the recipe, through the API wherever it can. */
export type Happy = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Who asks; the owner when left out. */
  as?: Browser;
  /** What it must answer; any status below 400 when left out. */
  status?: number;
  /** Parameters that name a thing of somebody else's: must look as if it did not exist. */
  foreign?: Record<string, string>;
};

export type Kitchen = { house: WholeHouse; ids: Record<string, string> };
export type Recipe = (kitchen: Kitchen) => Happy | Promise<Happy>;
/** By `get /api/v1/albums/:id`: the method and the path as the route says it. */
export type Recipes = Record<string, Recipe>;

export const nameOf = ({ spec }: Route): string => `${spec.method} ${spec.path}`;

/** Routes that need nothing to be there and nothing to be sent. */
export const withNothing: Recipe = () => ({});

/** A body for JSON that an API answered. */
export const read = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T;
