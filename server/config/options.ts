import { isIP } from 'node:net';
import { delimiter } from 'node:path';
import type { LogLevel } from '../kit/index.ts';

/** What a parser answers: the value, or what it wants instead ("a number from 0 to 65535"). */
type Parsed<T> = { value: T } | { wants: string };

export type Option<T> = {
  env: string;
  /** Only what a person types often has a flag. */
  flag?: string;
  /** The flag may be given several times; its values are joined with this, as in the environment. */
  joinedBy?: string;
  /** The text that is parsed when the option is not given; undefined: no value. */
  fallback?: string;
  /** What `--help` and the README call the value. */
  shape: string;
  help: string;
  parse: (text: string) => Parsed<T>;
};

const option = <T>(spec: Option<T>): Option<T> => spec;

const integer = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  const fits = /^\d+$/.test(text) && value >= least && value <= most;
  return fits ? { value } : { wants: `a whole number from ${least} to ${most}` };
};

const onOrOff = (text: string): Parsed<boolean> =>
  text === 'on' || text === 'off' ? { value: text === 'on' } : { wants: '`on` or `off`' };

const words = (text: string): Parsed<string> => (/\p{C}/u.test(text) ? { wants: 'printable text' } : { value: text });

const paths = (text: string): Parsed<readonly string[]> => {
  const value = text.split(delimiter).filter(Boolean);
  return value.length > 0 ? { value } : { wants: 'at least one folder' };
};

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

const level = (text: string): Parsed<LogLevel> => {
  const value = LEVELS.find((name) => name === text);
  return value ? { value } : { wants: `one of ${LEVELS.join(', ')}` };
};

// An origin only: Evensong does not live below a path, and a path here would make every same-origin check fail silently.
const origin = (text: string): Parsed<string> => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits =
    url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username;
  return fits ? { value: url.origin } : { wants: 'an address like https://music.example.org, without a path' };
};

// May lie below a path; a key has an option of its own, so that no address that is shown or logged holds one.
const address = (text: string): Parsed<string> => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  return fits ? { value: url.href } : { wants: 'an address like http://127.0.0.1:7700' };
};

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
};

const networks = (text: string): Parsed<readonly string[]> => {
  const value = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  return value.every(isNetwork) ? { value } : { wants: 'addresses or networks like 10.0.0.0/8, separated by commas' };
};

const gigabytes = (text: string) => {
  const value = Number(text);
  return /^\d+(\.\d+)?$/.test(text) && value >= 0.1 && value <= 100_000
    ? { value }
    : { wants: 'a number of gigabytes from 0.1 to 100000' };
};

/** Every option there is. A new one is a new row here: nothing else lists them. */
export const options = {
  media: option({
    env: 'EVENSONG_MEDIA',
    flag: '--media',
    joinedBy: delimiter,
    fallback: './media',
    shape: 'DIR',
    help: 'Folders with music, separated by `:` (the flag may be repeated). Evensong only ever reads them.',
    parse: paths,
  }),
  data: option({
    env: 'EVENSONG_DATA',
    flag: '--data',
    fallback: './.data',
    shape: 'DIR',
    help: 'Where database, backups, keys and caches live.',
    parse: words,
  }),
  port: option({
    env: 'EVENSONG_PORT',
    flag: '--port',
    fallback: '4747',
    shape: 'N',
    help: 'The port it listens on; 0 picks a free one and says which.',
    parse: integer(0, 65_535),
  }),
  host: option({
    env: 'EVENSONG_HOST',
    flag: '--host',
    fallback: '127.0.0.1',
    shape: 'ADDRESS',
    help: 'The address it listens on. `0.0.0.0` lets other devices in your network reach it.',
    parse: words,
  }),
  baseUrl: option({
    env: 'EVENSONG_BASE_URL',
    shape: 'URL',
    help: 'The address people use, when a reverse proxy stands in front: `https://music.example.org`.',
    parse: origin,
  }),
  trustedProxies: option({
    env: 'EVENSONG_TRUSTED_PROXIES',
    fallback: '',
    shape: 'LIST',
    help: 'Addresses or networks of reverse proxies, by commas. Only they are believed about who is calling.',
    parse: networks,
  }),
  ffmpeg: option({
    env: 'EVENSONG_FFMPEG',
    shape: 'FILE',
    help: 'The ffmpeg to use. Without it: the one on `PATH`, else one that is fetched once.',
    parse: words,
  }),
  cacheGb: option({
    env: 'EVENSONG_CACHE_GB',
    fallback: '10',
    shape: 'GB',
    help: 'How much room prepared streams, downloads and small covers may take; the longest unused go first.',
    parse: gigabytes,
  }),
  measure: option({
    env: 'EVENSONG_MEASURE',
    fallback: 'on',
    shape: 'on|off',
    help: 'Whether loudness and waveforms are measured in the background, when nothing else needs the cores.',
    parse: onOrOff,
  }),
  meiliUrl: option({
    env: 'EVENSONG_MEILI_URL',
    shape: 'URL',
    help: 'A Meilisearch server that search asks first; while it is away the built-in index answers. One house per server.',
    parse: address,
  }),
  meiliKey: option({
    env: 'EVENSONG_MEILI_KEY',
    shape: 'TEXT',
    help: 'Its master key, or one that may do everything with indexes named `evensong_*`.',
    parse: words,
  }),
  meiliBin: option({
    env: 'EVENSONG_MEILI_BIN',
    shape: 'FILE',
    help: 'The `meilisearch` program for when the owner turns it on. Without it: the one on `PATH`.',
    parse: words,
  }),
  logLevel: option({
    env: 'EVENSONG_LOG_LEVEL',
    fallback: 'info',
    shape: 'LEVEL',
    help: `How much is logged: ${LEVELS.map((name) => `\`${name}\``).join(', ')}.`,
    parse: level,
  }),
  ownerName: option({
    env: 'EVENSONG_OWNER_NAME',
    shape: 'NAME',
    help: 'Creates the owner on a first start that has no account yet (with a password below); ignored ever after.',
    parse: words,
  }),
  ownerPassword: option({
    env: 'EVENSONG_OWNER_PASSWORD',
    shape: 'TEXT',
    help: 'The password of that first owner, 10 characters or more.',
    parse: (text) => ({ value: text }),
  }),
  ownerPasswordFile: option({
    env: 'EVENSONG_OWNER_PASSWORD_FILE',
    shape: 'FILE',
    help: 'A file that holds it instead: a secret of Compose or Kubernetes.',
    parse: words,
  }),
};

export type Options = typeof options;
export const optionList: readonly Option<unknown>[] = Object.values(options);
