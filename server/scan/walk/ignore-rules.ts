import { readFileSync } from 'node:fs';
import ignore from 'ignore';

/** The ignore files in force at one folder, nearest last. Paths in them are relative to the folder that holds them. */
export type IgnoreRules = {
  readonly depth: number;
  readonly rules: ReturnType<typeof ignore>;
  readonly above: IgnoreRules | undefined;
};

/** Files that say what of their folder is left alone. */
export const IGNORE_FILES: ReadonlySet<string> = new Set(['.evensongignore', '.ndignore', '.nomedia']);
const MAX_IGNORE_BYTES = 64 * 1024;

/**
 * Reads what the folder's own ignore files say: 'all' hides the whole folder. `.nomedia` always does, and so does an
 * empty `.ndignore` (its users rely on that); an empty `.evensongignore` ignores nothing, as git would have it.
 */
export const readIgnoreFiles = (
  folder: Buffer,
  names: ReadonlySet<string>,
  context: { depth: number; above: IgnoreRules | undefined },
): IgnoreRules | undefined | 'all' => {
  if (names.has('.nomedia')) return 'all';
  const texts: string[] = [];
  for (const name of ['.evensongignore', '.ndignore'] as const) {
    if (!names.has(name)) continue;
    const text = readText(Buffer.concat([folder, Buffer.from(`/${name}`)]));
    if (name === '.ndignore' && text !== undefined && text.trim() === '') return 'all';
    if (text !== undefined) texts.push(text);
  }
  if (texts.length === 0) return context.above;
  return { depth: context.depth, rules: ignore({ allowRelativePaths: false }).add(texts), above: context.above };
};

/** `segments`: the path below the root. A nearer file's word, either way, outranks one further up. */
export const isIgnored = (rules: IgnoreRules | undefined, segments: readonly string[], isFolder: boolean): boolean => {
  for (let at = rules; at !== undefined; at = at.above) {
    const path = segments.slice(at.depth).join('/') + (isFolder ? '/' : '');
    const said = at.rules.test(path);
    if (said.ignored) return true;
    if (said.unignored) return false;
  }
  return false;
};

const readText = (path: Buffer): string | undefined => {
  try {
    return readFileSync(path).subarray(0, MAX_IGNORE_BYTES).toString('utf8');
  } catch {
    return undefined;
  }
};
