import { describe, test } from 'vitest';

type Body = () => void;
type Describe = (
  name: string,
  ...rest: [body: Body] | [options: { retry?: number; timeout?: number }, body: Body]
) => void;

/** As `describe` where this machine can do it; else one test that is skipped and says why, so that nothing is left out silently. */
export const describeWhere =
  (able: boolean, reason: string): Describe =>
  (name, ...rest) => {
    const body = rest.at(-1) as Body;
    const options = rest.length === 2 ? rest[0] : {};
    if (able) describe(name, options, body);
    else describe(name, () => test('all of it', ({ skip }) => skip(reason)));
  };

/** The same for one test. */
export const testWhere =
  (able: boolean, reason: string): ((name: string, body: () => unknown) => void) =>
  (name, body) =>
    able ? test(name, body) : test(name, ({ skip }) => skip(reason));
