/** Music to take along: asked for until it is ready, then handed to the browser, which keeps it and resumes it. */
import { API, type Api } from '../api.ts';
import { make } from './dom.ts';
import { words } from './take-words.ts';
import type { Toasts } from './toast.ts';

export type TakeNeeds = { api: Api; toasts: Toasts };
export type As = 'original' | 'aac';

const AGAIN_MS = 1500;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Undefined for what cannot be taken along: an artist, a genre, a search. */
export const downloadPath = (kind: string, id: string): string | undefined =>
  ['track', 'album', 'playlist'].includes(kind) ? `/${kind}s/${encodeURIComponent(id)}/download` : undefined;

type Progress = { ready: number; of: number };

/** True when it may be fetched; says why not, and how far it is meanwhile. */
async function isReady({ api, toasts }: TakeNeeds, path: string): Promise<boolean> {
  let stopped = false;
  const stop = (): void => void (stopped = true);
  while (!stopped) {
    // One byte: the answer tells whether the rest is there.
    const answer = await api.get<Progress>(path, { range: 'bytes=0-0' });
    if (!answer.ok) {
      toasts.show(answer.title || words.failed);
      return false;
    }
    if (answer.status !== 202) return true;
    toasts.show(words.preparing(answer.data.ready, answer.data.of), { name: words.stop, act: stop });
    await pause(AGAIN_MS);
  }
  return false;
}

export async function takeAlong(needs: TakeNeeds, of: { path: string; as: As; title: string }): Promise<void> {
  const path = `${of.path}?as=${of.as}`;
  if (!(await isReady(needs, path))) return;
  const link = make('a', { href: API + path, download: '', hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  needs.toasts.show(words.begins(of.title));
}
