import { parseArgs } from 'node:util';
import { nearestName } from '../kit/index.ts';
import { optionList } from './options.ts';
import { badValue, unknownOption } from './problems.ts';

export type Arguments = { kind: 'start'; given: ReadonlyMap<string, string> } | { kind: 'help' } | { kind: 'version' };

const flagged = optionList.filter((option) => option.flag !== undefined);
const names = [...flagged.map((option) => String(option.flag)), '--help', '--version'];

const unknown = (text: string) =>
  unknownOption({
    detail: `"${text}" is not known; did you mean ${nearestName(text, names)}? See: npm start -- --help`,
  });

/** The command line as given: text by environment name, for readConfig to parse. Throws `config/unknown-option`. */
export const readArguments = (args: readonly string[]): Arguments => {
  const spec = Object.fromEntries(flagged.map((option) => [String(option.flag).slice(2), { type: 'string' as const }]));
  const { tokens } = parseArgs({ args: [...args], options: spec, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') throw unknown(token.value);
    if (token.kind === 'option-terminator') continue;
    if (token.rawName === '--help' || token.rawName === '-h') return { kind: 'help' };
    if (token.rawName === '--version') return { kind: 'version' };
    const option = flagged.find((row) => row.flag === token.rawName);
    if (!option) throw unknown(token.rawName);
    if (!token.value) throw badValue({ detail: `${token.rawName} needs a value: ${token.rawName} ${option.shape}` });
    const before = given.get(option.env);
    if (before !== undefined && option.joinedBy === undefined)
      throw badValue({ detail: `${token.rawName} is given twice.` });
    given.set(option.env, before === undefined ? token.value : before + option.joinedBy + token.value);
  }
  return { kind: 'start', given };
};
