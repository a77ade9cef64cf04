import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type IAudioMetadata, type IOptions, parseFromTokenizer } from 'music-metadata';
import { CONTAINER_MIME, type Container } from './container.ts';
import type { SyncFileTokenizer } from './file-tokenizer.ts';

/**
 * The one door to music-metadata. Its public entry builds its tag maps anew for every file, a fifth of all time, and
 * imports the parser each time; so modules outside the package's exports are reached and both are kept. The version
 * is pinned; should a newer one look different inside, the public entry serves, slower, and `shortcut` says why.
 */

export type ParseTags = (
  tokenizer: SyncFileTokenizer,
  container: Container,
  options: IOptions,
) => Promise<IAudioMetadata>;

type Loader = { parserType: string; load(): Promise<unknown> };
type Factory = {
  parsers: Loader[];
  parse(tokenizer: unknown, loader: Loader, options: IOptions): Promise<IAudioMetadata>;
};
type TagMapper = { tagTypes: string[]; tagMap: Record<string, string> };
type MapperMaker = new (tagTypes: string[], tagMap: Record<string, string>) => TagMapper;

/** The mappers that build an upper-case copy of their table in their constructor. */
const CASELESS = [
  ['mp4/MP4TagMapper.js', 'MP4TagMapper'],
  ['matroska/MatroskaTagMapper.js', 'MatroskaTagMapper'],
  ['apev2/APEv2TagMapper.js', 'APEv2TagMapper'],
  ['id3v2/ID3v22TagMapper.js', 'ID3v22TagMapper'],
  ['id3v2/ID3v24TagMapper.js', 'ID3v24TagMapper'],
] as const;

// Not import.meta.resolve: the TypeScript loader of development has none in workers.
const HOME = pathToFileURL(createRequire(import.meta.url).resolve('music-metadata'));

const fetchInternal = async (path: string): Promise<Record<string, unknown>> =>
  (await import(new URL(path, HOME).href)) as Record<string, unknown>;

const publicEntry: ParseTags = (tokenizer, container, options) => {
  tokenizer.fileInfo.mimeType = CONTAINER_MIME[container];
  return parseFromTokenizer(tokenizer, options);
};

export async function openTagParser(): Promise<{ parse: ParseTags; shortcut: 'taken' | { missing: string } }> {
  try {
    return { parse: await sharedEntry(), shortcut: 'taken' };
  } catch (error) {
    return { parse: publicEntry, shortcut: { missing: error instanceof Error ? error.message : String(error) } };
  }
}

async function sharedEntry(): Promise<ParseTags> {
  const { CaseInsensitiveTagMap } = await fetchInternal('common/CaseInsensitiveTagMap.js');
  for (const [path, name] of CASELESS) {
    const mapper = (await fetchInternal(path))[name] as MapperMaker | undefined;
    if (!mapper) throw new Error(`${path} exports no ${name}`);
    if (Object.getPrototypeOf(mapper) === CaseInsensitiveTagMap)
      buildTableOnce(mapper, CaseInsensitiveTagMap as MapperMaker);
  }
  await decodePicturesAtOnce();
  const { ParserFactory } = await fetchInternal('ParserFactory.js');
  const factory = new (ParserFactory as new () => Factory)();
  const loaders = new Map<string, Loader>();
  for (const loader of factory.parsers) {
    const parser = await loader.load();
    loaders.set(loader.parserType, { parserType: loader.parserType, load: () => Promise.resolve(parser) });
  }
  return (tokenizer, container, options) => {
    const loader = loaders.get(container);
    if (!loader) throw new Error(`music-metadata has no ${container} parser`);
    return factory.parse(tokenizer, loader, options);
  };
}

type PictureToken = { fromBase64(text: string): unknown; fromBuffer(bytes: Uint8Array): unknown };

/** Pictures in Vorbis comments are base64, which the library turns letter by letter: a fifth of the time of such a file. */
async function decodePicturesAtOnce(): Promise<void> {
  const { VorbisPictureToken } = await fetchInternal('ogg/vorbis/Vorbis.js');
  const token = VorbisPictureToken as PictureToken;
  if (typeof token?.fromBuffer !== 'function') throw new Error('ogg/vorbis/Vorbis.js exports no VorbisPictureToken');
  token.fromBase64 = (text) => token.fromBuffer(new Uint8Array(Buffer.from(text, 'base64')));
}

/**
 * `super(...)` runs whatever the class's prototype is, so a base that remembers its table can stand in for the real
 * one.
 */
function buildTableOnce(mapper: MapperMaker, base: MapperMaker): void {
  let first: TagMapper | undefined;
  function Remembering(tagTypes: string[], tagMap: Record<string, string>) {
    first ??= Reflect.construct(base, [tagTypes, tagMap], mapper) as TagMapper;
    const made = Object.create(mapper.prototype as object) as TagMapper;
    made.tagTypes = first.tagTypes;
    made.tagMap = first.tagMap;
    return made;
  }
  Object.setPrototypeOf(mapper, Remembering);
}
