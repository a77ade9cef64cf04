import { optionList, type Option } from './options.ts';

const heading = ['Option', 'Flag', 'Default', 'What it does'];
const cell = (text: string | undefined): string => (text ? `\`${text}\`` : '');

const row = (option: Option<unknown>): string =>
  [
    cell(option.env),
    option.flag ? cell(`${option.flag} ${option.shape}`) : '',
    cell(option.fallback),
    option.help,
  ].join(' | ');

/** The README's table (a test holds them equal). */
export const optionsTable = (): string =>
  [heading.join(' | '), heading.map(() => '---').join(' | '), ...optionList.map(row)]
    .map((line) => `| ${line} |`.replaceAll('|  |', '| |'))
    .join('\n');

const plain = (text: string): string => text.replaceAll('`', '');

/** What `npm start -- --help` prints. */
export const helpText = (): string => {
  const lines = optionList.map((option) => {
    const name = option.flag ? `${option.flag} ${option.shape}, ${option.env}` : option.env;
    return `  ${name}\n      ${plain(option.help)}${option.fallback ? ` [${option.fallback}]` : ''}`;
  });
  return ['npm start -- [--media DIR]... [--data DIR] [--port N] [--host ADDRESS]', '', ...lines, ''].join('\n');
};
