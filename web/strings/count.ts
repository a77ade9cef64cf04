const whole = new Intl.NumberFormat('en');

/** 5214 -> "5,214" */
export const number = (n: number): string => whole.format(n);

/** count('song', 'songs')(1) -> "1 song" */
export const count =
  (one: string, many: string) =>
  (n: number): string =>
    `${number(n)} ${n === 1 ? one : many}`;
