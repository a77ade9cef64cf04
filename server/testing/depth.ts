/** True in `npm run check`: everything, however slow. False in `npm test`: what CI runs, under 15 minutes. */
export const deep: boolean = process.env.CHECK === '1';

/** How often to do something: few times in `npm test`, many in `npm run check`. */
export const times = (test: number, check: number): number => (deep ? check : test);
