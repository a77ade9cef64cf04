const STEPS = 24;

/**
 * The hue of what has no picture: 0..23, from its name, so that it is the same on every page and in the player. One album has
 * one hue because its songs use the album's name.
 */
export const hueOf = (name: string): number => {
  let sum = 5;
  for (const char of name) sum = (sum * 33 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum % STEPS;
};
