import { expect, test } from 'vitest';
import { createLoader, type LoaderNeeds } from './loader.ts';

/** A server that answers when it is told to. */
const makeLoader = () => {
  const asked: { url: string; signal: AbortSignal | undefined; answer: () => void }[] = [];
  const needs: LoaderNeeds = {
    fetch: (url, { signal }) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        asked.push({ url, signal: signal ?? undefined, answer: () => resolve(new Response(url)) });
      }),
    onState: () => undefined,
    onTransfer: () => undefined,
    sign: () => Promise.resolve(undefined),
  };
  return { loader: createLoader(needs), asked, open: () => asked.filter(({ signal }) => !signal?.aborted) };
};
const quiet = { signal: new AbortController().signal };
const urlsOf = (asked: { url: string }[]) => asked.map(({ url }) => url);

test('what is clicked takes the place of what was guessed of the same recording', async () => {
  const { loader, open } = makeLoader();
  const guess = loader.warm(['/m/init.mp4', '/m/song/7.m4s']);
  expect(urlsOf(open())).toEqual(['/m/init.mp4', '/m/song/7.m4s']);
  const wish = loader.open('/m/song/7.m4s', quiet);
  await guess;
  expect(urlsOf(open())).toEqual(['/m/song/7.m4s']);
  open()[0]?.answer();
  expect(await new Response(await wish).text()).toBe('/m/song/7.m4s');
});

test('only the last guess is fetched', async () => {
  const { loader, open } = makeLoader();
  void loader.warm(['/m/one/0.m4s']);
  const last = loader.warm(['/m/two/0.m4s']);
  expect(urlsOf(open())).toEqual(['/m/two/0.m4s']);
  open()[0]?.answer();
  await last;
  expect(loader.has('/m/two/0.m4s')).toBe(true);
  expect(loader.has('/m/one/0.m4s')).toBe(false);
});

test('nothing is guessed of a recording that is waited for, and again once it came', async () => {
  const { loader, asked } = makeLoader();
  const wish = loader.load('/m/song/1.m4s', quiet);
  await loader.warm(['/m/init.mp4', '/m/song/40.m4s']);
  expect(urlsOf(asked)).toEqual(['/m/song/1.m4s']);
  void loader.warm(['/m/other/0.m4s']);
  expect(urlsOf(asked)).toEqual(['/m/song/1.m4s', '/m/other/0.m4s']);
  asked[0]?.answer();
  await wish;
  void loader.warm(['/m/song/40.m4s']);
  expect(urlsOf(asked).at(-1)).toBe('/m/song/40.m4s');
});
