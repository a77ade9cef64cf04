/*
 * Names of files that every system takes, made of whatever tags say: no separators, no controls, nothing that Windows keeps
 * for itself, nothing that turns the direction of reading (so that "exe.gpj" does not look like a picture), no dots or blanks
 * at the ends, and short enough for a folder on an encrypted disk. Two that a case-blind disk would take for one are numbered.
 */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\.|$)/i;
const FORBIDDEN = /["*/:<>?\\|]/g;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;
/** A joiner of emoji and of Indic letters is unseen, and wanted. */
const JOINERS = new Set(['\u200c', '\u200d']);
const MOST_CHARACTERS = 100;
/** eCryptfs takes 143. */
const MOST_BYTES = 140;

const cut = (text: string, reserve: number): string => {
  let kept = '';
  let bytes = reserve;
  let characters = reserve;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    characters += 1;
    if (bytes > MOST_BYTES || characters > MOST_CHARACTERS) break;
    kept += character;
  }
  return kept;
};

const trimEnds = (text: string): string => text.replace(/^[. ]+|[. ]+$/g, '');

/** One name within a path. `extension` has no dot; what is odd about it is dropped. */
export const safeName = (text: string, { extension = '', otherwise = 'Unnamed', reserve = 0 } = {}): string => {
  const plain = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(UNSEEN, (it) => (JOINERS.has(it) ? it : ''))
    .replace(FORBIDDEN, '_');
  const tail = /^[a-z0-9]{1,8}$/i.test(extension) ? `.${extension.toLowerCase()}` : '';
  const name = trimEnds(cut(trimEnds(plain), reserve + tail.length + 1)) || otherwise;
  return `${RESERVED.test(name) ? '_' : ''}${name}${tail}`;
};

const NUMBER_ROOM = 8;

export type NameIn = { folder: string; text: string; extension?: string };

/** Names of one archive, each once. */
export const createNames = (): ((wish: NameIn) => string) => {
  const taken = new Set<string>();
  const take = (path: string): boolean => {
    const key = path.toLowerCase().normalize('NFKC');
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
  const next = new Map<string, number>();
  return ({ folder, text, extension = '' }) => {
    const plain = `${folder}/${safeName(text, { extension })}`;
    if (take(plain)) return plain;
    const stem = safeName(text, { reserve: NUMBER_ROOM });
    const key = `${folder}/${stem}`.toLowerCase();
    for (let n = next.get(key) ?? 2; ; n++) {
      const path = `${folder}/${safeName(`${stem} (${n})`, { extension })}`;
      next.set(key, n + 1);
      if (take(path)) return path;
    }
  };
};
