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
const tick = () => new Promise((later) => setTimeout(later, 5));
const quiet = { signal: new AbortController().signal };
const urlsOf = (asked: { url: string }[]) => asked.map(({ url }) => url);

test('what is clicked takes the place of what was guessed of the same recording', async () => {
  const { loader, open } = makeLoader();
  const guess = loader.warm(['/m/init.mp4', '/m/song/7.m4s']);
  await tick();
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
  await tick();
  const last = loader.warm(['/m/two/0.m4s']);
  await tick();
  expect(urlsOf(open())).toEqual(['/m/two/0.m4s']);
  open()[0]?.answer();
  await last;
  expect(loader.has('/m/two/0.m4s')).toBe(true);
  expect(loader.has('/m/one/0.m4s')).toBe(false);
});

test('a guess at a recording that is waited for follows when it came, unless there is another by then', async () => {
  const { loader, asked } = makeLoader();
  const wish = loader.load('/m/song/1.m4s', quiet);
  const guess = loader.warm(['/m/init.mp4', '/m/song/40.m4s']);
  await tick();
  expect(urlsOf(asked)).toEqual(['/m/song/1.m4s']);
  asked[0]?.answer();
  await wish;
  await tick();
  expect(urlsOf(asked)).toEqual(['/m/song/1.m4s', '/m/init.mp4', '/m/song/40.m4s']);
  for (const { answer } of asked) answer();
  await guess;
  expect(loader.has('/m/song/40.m4s')).toBe(true);

  const again = loader.load('/m/song/2.m4s', quiet);
  const late = loader.warm(['/m/song/50.m4s']);
  void loader.warm(['/m/other/0.m4s']);
  asked.at(-1)?.answer();
  await Promise.all([again, late]);
  await tick();
  expect(urlsOf(asked).slice(3)).toEqual(['/m/song/2.m4s', '/m/other/0.m4s']);
});
