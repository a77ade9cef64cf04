/*
 * Names of people. Two questions are asked of a name: is it what somebody typed (key), and does it look like another's
 * (look). The key is NFKC and lower case, so that full-width letters, ligatures and composed accents sign in alike. The
 * look goes on: letters of other scripts that are drawn like Latin ones become those (UTS 39, the few that matter), and
 * what cannot be told apart in most fonts becomes one. A name is refused when its look is taken; nobody is ever found by it.
 */
export const NAME_MAX = 64;

const LOOKALIKES: Record<string, string> = Object.fromEntries(
  [
    ['a', 'аαɑ'],
    ['b', 'Ьь'],
    ['c', 'сϲ'],
    ['d', 'ԁ'],
    ['e', 'еєε'],
    ['g', 'ɡ'],
    ['h', 'һн'],
    ['i', 'іιıɩ1l|ӏǀⅼ'],
    ['j', 'јϳ'],
    ['k', 'кκ'],
    ['m', 'м'],
    ['n', 'ո'],
    ['o', '0оοσօ'],
    ['p', 'рρ'],
    ['q', 'ԛ'],
    ['r', 'г'],
    ['s', 'ѕ'],
    ['t', 'тτ'],
    ['u', 'υս'],
    ['v', 'νѵ'],
    ['w', 'ԝω'],
    ['x', 'хχ'],
    ['y', 'уγү'],
  ].flatMap(([latin = '', others = '']) => Array.from(others, (other) => [other, latin])),
);

/** What is shown: NFC, one space between words. */
export const shownName = (name: string): string => name.normalize('NFC').replace(/\s+/gu, ' ').trim();

/** How a person is found at sign-in. */
export const nameKey = (name: string): string => shownName(name.normalize('NFKC')).toLowerCase().normalize('NFKC');

/** How a name looks. */
export const nameLook = (name: string): string =>
  Array.from(nameKey(name), (letter) => LOOKALIKES[letter] ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[\s._-]/gu, '');

/** Why a name cannot be somebody's name, or undefined. Control, format (bidi, zero width) and unassigned characters go. */
export const faultOfName = (name: string): string | undefined => {
  const shown = shownName(name);
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name) || !name.isWellFormed()) return 'It holds characters that cannot be seen.';
  if (shown.length === 0 || nameLook(name) === '') return 'It is empty.';
  if (shown.length > NAME_MAX || nameKey(name).length > 4 * NAME_MAX)
    return `It is longer than ${NAME_MAX} characters.`;
  return undefined;
};
