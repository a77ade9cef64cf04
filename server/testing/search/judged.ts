import { fold } from '../../library/index.ts';
import { albums, Rng, type ModelAlbum } from '../library-generator/model.mjs';
import type { Kind } from '../../search/question.ts';

/*
 * Questions whose answer is known, made from the generator's names: every way people mistype, shorten, reorder or spell
 * a name differently. The same (library, seed) gives the same questions; figures are taken with other seeds than the
 * ones that the search was tuned with. A thing counts as found when it, or another of the very same name, is among
 * the first three of its kind.
 */
export type Judged = {
  kind: Kind;
  className: string;
  query: string;
  accepts: (title: string, artist: string) => boolean;
};

type Target = { kind: 'artists' | 'albums' | 'tracks'; title: string; artist: string };
type Way = (target: Target, r: Rng) => string | undefined;

const LATIN = /^[\p{Script=Latin}\p{N}\p{P}\p{S}\s]+$/u;
const spread = (words: readonly string[]): string => words.join(' ');
const lettersOf = (text: string): string[] => Array.from(text);

/** The longest word, where it is long enough to be mistyped. */
const longest = (words: readonly string[], least: number): number | undefined => {
  const [at] = words.map((_, i) => i).sort((a, b) => words[b]!.length - words[a]!.length);
  return at !== undefined && words[at]!.length >= least ? at : undefined;
};

type Edit = (letters: string[], at: number, r: Rng) => void;
const other = (letter: string, r: Rng): string => {
  const choice = 'abcdefghijklmnopqrstuvwxyz'[r.int(0, 25)]!;
  return choice === letter ? (choice === 'e' ? 'o' : 'e') : choice;
};
const EDITS: Record<string, Edit> = {
  inserted: (letters, at, r) => void letters.splice(at, 0, other(letters[at]!, r)),
  left: (letters, at) => void letters.splice(at, 1),
  replaced: (letters, at, r) => void (letters[at] = other(letters[at]!, r)),
  swapped: (letters, at) => {
    const to = letters.findIndex((each, i) => i >= at && i + 1 < letters.length && each !== letters[i + 1]);
    if (to >= 0) [letters[to], letters[to + 1]] = [letters[to + 1]!, letters[to]!];
  },
};

/** Folded and in Latin letters: the words of what somebody would type. */
const typed = ({ kind, title, artist }: Target): string[] | undefined => {
  const name = kind === 'tracks' ? `${title} ${artist}` : title;
  return LATIN.test(name) ? fold(name).split(' ') : undefined;
};

const mistype = (words: string[], edits: { edit: Edit; from: number; times: number; least: number }, r: Rng) => {
  const at = longest(words, edits.least);
  if (at === undefined) return undefined;
  const letters = lettersOf(words[at]!);
  for (let n = 0; n < edits.times; n++) {
    const half = Math.floor(letters.length / edits.times);
    edits.edit(letters, Math.min(letters.length - 2, Math.max(edits.from, n * half + r.int(1, half - 1))), r);
  }
  const changed = letters.join('');
  return changed === words[at] ? undefined : spread(words.with(at, changed));
};

const edited =
  (name: string, times = 1): Way =>
  (target, r) => {
    const words = typed(target);
    return words && mistype(words, { edit: EDITS[name]!, from: 1, times, least: times === 2 ? 10 : 5 }, r);
  };

const whole =
  (change: (words: string[], r: Rng, target: Target) => string | undefined): Way =>
  (target, r) => {
    const words = typed(target);
    return words && change(words, r, target);
  };

const WAYS: Record<string, Way> = {
  'as it is': ({ title }) => title,
  'letter inserted': edited('inserted'),
  'letter left out': edited('left'),
  'letter replaced': edited('replaced'),
  'letters swapped': edited('swapped'),
  'first letter replaced': whole((words, r) => {
    const at = longest(words, 5);
    if (at === undefined) return undefined;
    return spread(words.with(at, other(words[at]![0]!, r) + words[at]!.slice(1)));
  }),
  'two letters replaced': edited('replaced', 2),
  'two letters left out': edited('left', 2),
  'last word cut': whole((words, r) => {
    const last = words.at(-1)!;
    return last.length < 4 ? undefined : spread([...words.slice(0, -1), last.slice(0, r.int(3, last.length - 1))]);
  }),
  'cut word mistyped': whole((words, r) => {
    const last = words.at(-1)!;
    if (last.length < 7) return undefined;
    const letters = lettersOf(last.slice(0, last.length - r.int(1, 2)));
    EDITS['replaced']!(letters, r.int(1, letters.length - 2), r);
    return spread([...words.slice(0, -1), letters.join('')]);
  }),
  'other order': whole((words) => (words.length < 2 ? undefined : spread([...words.slice(1), words[0]!]))),
  'word missing': whole((words, r) =>
    words.length < 3 ? undefined : spread(words.toSpliced(r.int(0, words.length - 1), 1)),
  ),
  'word too many': whole((words, r) =>
    words.length < 2
      ? undefined
      : spread(words.toSpliced(r.int(1, words.length), 0, r.pick(['lyrics', 'official', 'video', 'zzyx', 'hq']))),
  ),
  'words joined': whole((words) =>
    words.length < 2 || words.length > 3 ? undefined : spread([words[0]! + words[1]!, ...words.slice(2)]),
  ),
  'word split': whole((words, r) => {
    const at = longest(words, 6);
    if (at === undefined) return undefined;
    const cut = r.int(2, words[at]!.length - 2);
    return spread(words.toSpliced(at, 1, words[at]!.slice(0, cut), words[at]!.slice(cut)));
  }),
  'across fields': ({ kind, title, artist }) => {
    if (kind !== 'albums' || !LATIN.test(title + artist)) return undefined;
    return `${fold(artist).split(' ').at(-1)!} ${fold(title)}`;
  },
  'marks left off': ({ title }) => {
    const plain = title.normalize('NFKD').replace(/\p{M}/gu, '');
    return LATIN.test(title) && plain !== title.normalize('NFKD') ? plain : undefined;
  },
  capitals: whole((words) => spread(words).toUpperCase()),
  'CJK piece': ({ title }, r) => {
    const letters = lettersOf(title);
    if (!/^[\p{Script=Han}\p{Script=Hangul}]{3,}$/u.test(title)) return undefined;
    const from = r.int(0, letters.length - 3);
    return letters.slice(from, from + 3).join('');
  },
  'Cyrillic in Latin letters': ({ title }) => (/^[\p{Script=Cyrillic}\s]+$/u.test(title) ? fold(title) : undefined),
  'Greek in Latin letters': ({ title }) => (/^[\p{Script=Greek}\s]+$/u.test(title) ? fold(title) : undefined),
  'initials without points': ({ title }) => (/^(?:\p{Lu}\.){3}$/u.test(title) ? title.replaceAll('.', '') : undefined),
  'initials apart': ({ title }) => (/^(?:\p{Lu}\.){3}$/u.test(title) ? title.replaceAll('.', ' ').trim() : undefined),
  'slash left out': ({ title }) => (title.includes('/') ? title.replace('/', '') : undefined),
  'slash as a space': ({ title }) => (title.includes('/') ? title.replace('/', ' ') : undefined),
  'and for &': ({ title }) => (title.includes(' & ') ? title.replace('&', 'and') : undefined),
};

const RARE = new Set(
  Object.keys(WAYS).filter((name) => /CJK|Cyrillic|Greek|initials|slash|marks|and for|two letters/.test(name)),
);

const targetsOf = function* (album: ModelAlbum): Generator<Target> {
  if (album.artist) yield { kind: 'artists', title: album.artist.name, artist: '' };
  yield { kind: 'albums', title: album.title, artist: album.artistName };
  const track = album.tracks[album.id % album.tracks.length]!;
  yield { kind: 'tracks', title: track.title, artist: track.artistName };
};

/** Every so many albums asked about: spread over the whole library. */
const STRIDE = 7;

const accepting = ({ kind, title, artist }: Target): Judged['accepts'] => {
  const same = fold(title);
  const by = fold(artist);
  return (other, otherArtist) => fold(other) === same && (kind !== 'tracks' || fold(otherArtist) === by || by === '');
};

/** About `perClass` questions of each class; fewer where the library has no such names. */
export const judgedQuestions = (
  library: { tracks: number; seed: number },
  options: { seed: number; perClass: number },
): Judged[] => {
  const r = new Rng(options.seed, 4242);
  const left = new Map(Object.keys(WAYS).map((name) => [name, options.perClass]));
  const questions: Judged[] = [];
  const offset = r.int(0, STRIDE - 1);
  /** Not all of a class from the first albums, nor all classes of one name; what is rare is taken as it comes. */
  const isWanted = (className: string, { kind }: Target): boolean =>
    left.get(className) !== 0 &&
    r.p(RARE.has(className) ? 1 : 0.15) &&
    !(kind === 'tracks' && className === 'as it is');
  const askAbout = (target: Target): void => {
    for (const [className, way] of Object.entries(WAYS)) {
      if (!isWanted(className, target)) continue;
      const query = way(target, r);
      if (query === undefined || query.length < 2) continue;
      left.set(className, left.get(className)! - 1);
      questions.push({ kind: target.kind, className, query, accepts: accepting(target) });
    }
  };
  for (const album of albums(library)) {
    if (album.id % STRIDE !== offset) continue;
    for (const target of targetsOf(album)) askAbout(target);
    if ([...left.values()].every((count) => count === 0)) break;
  }
  return questions;
};
