import { decodeId, type RowPrefix } from '../../kit/index.ts';
import { notFound } from '../problems.ts';

/** The row behind an id in an address; anything that is no id of that kind is not found. */
export const idOf = (prefix: RowPrefix, id: string): number => {
  const row = decodeId(prefix, id);
  if (row === undefined) throw notFound();
  return row;
};
