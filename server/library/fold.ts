/**
 * Folding: what names have in common however they are written. One fold for sorting, for matching and, later, for
 * search, so that the three never disagree. NFKD, marks out, lower case, ligatures, apostrophes out, `&` is "and",
 * R.E.M. is "rem", Cyrillic and Greek in Latin letters; other scripts stay as they are. A name without letters or
 * digits folds to itself.
 */

const LIGATURES: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ĸ: 'k',
  ł: 'l',
  ŋ: 'n',
  þ: 'th',
  ŧ: 't',
  ſ: 's',
  ə: 'e',
};

const CYRILLIC: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  є: 'ye',
  і: 'i',
  ґ: 'g',
  ђ: 'dj',
  ј: 'j',
  љ: 'lj',
  њ: 'nj',
  ћ: 'c',
  џ: 'dz',
};

const GREEK: Record<string, string> = {
  α: 'a',
  β: 'v',
  γ: 'g',
  δ: 'd',
  ε: 'e',
  ζ: 'z',
  η: 'i',
  θ: 'th',
  ι: 'i',
  κ: 'k',
  λ: 'l',
  μ: 'm',
  ν: 'n',
  ξ: 'x',
  ο: 'o',
  π: 'p',
  ρ: 'r',
  σ: 's',
  ς: 's',
  τ: 't',
  υ: 'y',
  φ: 'f',
  χ: 'ch',
  ψ: 'ps',
  ω: 'o',
};

const LETTERS: Record<string, string> = { ...LIGATURES, ...CYRILLIC, ...GREEK };
const MAPPED = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

const ASCII = /^[\x20-\x7e]*$/;
const MARKS = /\p{M}+/gu;
const APOSTROPHES = /['’‘`´ʼʻ]/g;
/** R.E.M., a.k.a.: single letters with points between. */
const INITIALS = /(?<![a-z0-9])(?:[a-z]\.){2,}(?:[a-z](?![a-z0-9]))?/g;
const ASCII_BREAKS = /[^a-z0-9]+/g;
const BREAKS = /[^\p{L}\p{N}]+/gu;

export function fold(name: string): string {
  let text = name.toLowerCase();
  const plain = ASCII.test(text);
  if (!plain) {
    // ου is one sound; after the letters are mapped one by one it cannot be told any more.
    text = text
      .normalize('NFKD')
      .replace(MARKS, '')
      .toLowerCase()
      .replace(/ου/g, 'ou')
      .replace(MAPPED, (c) => LETTERS[c]!);
    // Hangul was taken apart by NFKD.
    text = text.normalize('NFC');
  }
  text = text.replace(APOSTROPHES, '').replace(/&/g, ' and ');
  if (text.includes('.')) text = text.replace(INITIALS, (run) => run.replace(/\./g, ''));
  const folded = text.replace(plain ? ASCII_BREAKS : BREAKS, ' ').trim();
  return folded === '' ? name.trim().toLowerCase() : folded;
}

/** Cut from the front of a name for sorting, never when nothing would be left. */
const ARTICLES = /^(?:the|an?|le|la|les|el|los|las|der|die|das) (?=\S)/;
const ELIDED_ARTICLE = /^l['’](?=\S)/i;
const DIGITS = /\d+/g;
const KEY_CHARS = 120;

/**
 * A key that sorts by plain byte order as a person would: no article, no accents, numbers by their value. Give it the
 * sort tag where there is one, else the name.
 */
export function sortKey(name: string): string {
  const folded = fold(name.trim().replace(ELIDED_ARTICLE, ''));
  return folded.replace(ARTICLES, '').replace(DIGITS, ledByLength).slice(0, KEY_CHARS);
}

/** "9" becomes "19", "10" becomes "210": the longer number is the greater one. Still in front of all letters. */
function ledByLength(run: string): string {
  const digits = run.replace(/^0+(?=\d)/, '');
  return String.fromCharCode(0x30 + Math.min(digits.length, 15)) + digits;
}
