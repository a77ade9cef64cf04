import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { nearestName, type LogLevel } from '../kit/index.ts';
import { optionList, options, type Option } from './options.ts';
import { badValue, unknownOption } from './problems.ts';

export type Config = Readonly<{
  port: number;
  host: string;
  /** Absolute paths. */
  media: readonly string[];
  /** False: nobody chose folders, `media` is the default, and the first-run page may offer a choice. */
  mediaChosen: boolean;
  dataDir: string;
  baseUrl: string | undefined;
  /** Addresses and networks (CIDR). */
  trustedProxies: readonly string[];
  ffmpeg: string | undefined;
  cacheGb: number;
  /** Loudness and waveforms, in the background. */
  measure: boolean;
  /** A Meilisearch that runs elsewhere, or the program to run here. */
  meili: Readonly<{ url: string | undefined; key: string | undefined; bin: string | undefined }>;
  logLevel: LogLevel;
  owner: Readonly<{ name: string; password: string }> | undefined;
  cores: number;
  /** What was passed over, as sentences for the log. */
  notes: readonly string[];
}>;

export type ConfigInput = {
  env: Record<string, string | undefined>;
  cwd: string;
  /** From the command line, by environment name (readArguments); goes before the environment. */
  given?: ReadonlyMap<string, string>;
};

// What Kubernetes injects for a Service whose name begins with "evensong": EVENSONG_SERVICE_HOST, EVENSONG_PORT_4747_TCP...
const isServiceName = (name: string): boolean =>
  /^EVENSONG_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/.test(name);
const isServiceValue = (name: string, value: string): boolean =>
  isServiceName(name) || (/^EVENSONG_(\w+_)?PORT$/.test(name) && /^(tcp|udp|sctp):\/\//.test(value));

const known = optionList.map((option) => option.env);

/** Names we own that nobody knows are typing errors: refused, for a silent one costs an evening. */
const sift = (env: ConfigInput['env']): { values: Map<string, string>; notes: string[] } => {
  const values = new Map<string, string>();
  const notes: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('EVENSONG_') || value === undefined) continue;
    if (isServiceValue(name, value)) notes.push(`${name} looks like a Kubernetes service value and was passed over.`);
    else if (!known.includes(name))
      throw unknownOption({ detail: `${name} is not known; did you mean ${nearestName(name, known)}?` });
    // Compose passes unset variables on as empty text.
    else if (value !== '') values.set(name, value);
  }
  return { values, notes };
};

const valueOf = <T>(option: Option<T>, values: ReadonlyMap<string, string>): T | undefined => {
  const text = values.get(option.env) ?? option.fallback;
  if (text === undefined) return undefined;
  const parsed = option.parse(text);
  if ('value' in parsed) return parsed.value;
  const name = option.flag ? `${option.flag} (${option.env})` : option.env;
  throw badValue({ detail: `${name} must be ${parsed.wants}, not "${text}".` });
};

const required = <T>(option: Option<T>, values: ReadonlyMap<string, string>): T => {
  const value = valueOf(option, values);
  if (value === undefined) throw badValue({ detail: `${option.env} has no value.` });
  return value;
};

type Owner = { owner: Config['owner']; notes: string[] };

// Once there is an account these are ignored, so a secret file that was taken away must not stop a later start.
const readOwner = (values: ReadonlyMap<string, string>): Owner => {
  const name = valueOf(options.ownerName, values);
  const file = valueOf(options.ownerPasswordFile, values);
  const inline = valueOf(options.ownerPassword, values);
  if (!name) return { owner: undefined, notes: [] };
  if (inline) return { owner: Object.freeze({ name, password: inline }), notes: [] };
  if (!file) {
    const needs = `${options.ownerPassword.env} or ${options.ownerPasswordFile.env}`;
    throw badValue({ detail: `${options.ownerName.env} needs ${needs} beside it.` });
  }
  try {
    const password = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return { owner: Object.freeze({ name, password }), notes: [] };
  } catch {
    return {
      owner: undefined,
      notes: [`${options.ownerPasswordFile.env} names a file that cannot be read; no owner is created from it.`],
    };
  }
};

/** Everything that was chosen, checked. Throws `config/unknown-option` or `config/bad-value` with a sentence that helps. */
export const readConfig = ({ env, cwd, given = new Map() }: ConfigInput): Config => {
  const { values, notes: passed } = sift(env);
  for (const [name, text] of given) values.set(name, text);
  const { owner, notes } = readOwner(values);
  return Object.freeze({
    port: required(options.port, values),
    host: required(options.host, values),
    media: Object.freeze([...new Set(required(options.media, values).map((path) => resolve(cwd, path)))]),
    mediaChosen: values.has(options.media.env),
    dataDir: resolve(cwd, required(options.data, values)),
    baseUrl: valueOf(options.baseUrl, values),
    trustedProxies: Object.freeze(required(options.trustedProxies, values)),
    ffmpeg: valueOf(options.ffmpeg, values),
    cacheGb: required(options.cacheGb, values),
    measure: required(options.measure, values),
    meili: Object.freeze({
      url: valueOf(options.meiliUrl, values),
      key: valueOf(options.meiliKey, values),
      bin: valueOf(options.meiliBin, values),
    }),
    logLevel: required(options.logLevel, values),
    owner,
    cores: availableParallelism(),
    notes: Object.freeze([...notes, ...passed]),
  });
};
