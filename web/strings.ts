/**
 * Every sentence a person reads on a page, by language. Templates read it by plain property access: `t.albums.title`.
 * Sentences with numbers or names in them are functions. Voice: short, warm, exact (no "please", "oops" or blame).
 */
import { account } from './strings/account.ts';
import { frame } from './strings/frame.ts';
import { household } from './strings/household.ts';
import { library } from './strings/library.ts';
import { lists } from './strings/lists.ts';

export const strings = {
  en: { ...frame, ...library, ...lists, ...account, ...household },
};

export type Words = typeof strings.en;

export const t: Words = strings.en;
