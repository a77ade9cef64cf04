import { optionsTable } from '../config/index.ts';

const BETWEEN = /(<!-- options:begin[^>]*-->\n)[\s\S]*?(<!-- options:end -->)/;

/** The README with the table between its two marks made anew. */
export const withOptionsTable = (readme: string): string => {
  if (!BETWEEN.test(readme)) throw new Error('README.md has no <!-- options:begin --> ... <!-- options:end -->');
  return readme.replace(BETWEEN, (_, begin: string, end: string) => `${begin}${optionsTable()}\n${end}`);
};
