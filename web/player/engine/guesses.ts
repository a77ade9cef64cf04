/** What is fetched before anybody asks for it: when that may be, and where it is kept until the click. */
const KEPT_FILES = 24;

const folderOf = (url: string): string => url.slice(0, url.lastIndexOf('/'));

/** `stop` ends it once it is under way. */
type Guess = { folder: string; stop?: AbortController };

/** A guess waits until nothing of the same recording is waited for, and ends with the next wish there. */
export function createGuesses() {
  let guess: Guess | undefined;
  const waits = new Set<{ folder: string; end: PromiseWithResolvers<void> }>();
  return {
    /** Answers how to tell that it came. */
    wish(url: string): () => void {
      const wait = { folder: folderOf(url), end: Promise.withResolvers<void>() };
      if (guess?.folder === wait.folder) guess.stop?.abort();
      waits.add(wait);
      return () => {
        waits.delete(wait);
        wait.end.resolve();
      };
    },
    /** Undefined where another guess came in between. */
    async begin(urls: readonly string[]): Promise<AbortSignal | undefined> {
      guess?.stop?.abort();
      const folder = folderOf(urls.at(-1) ?? '');
      const mine: Guess = (guess = { folder });
      for (const wait of waits) if (wait.folder === folder) await wait.end.promise;
      if (guess !== mine) return undefined;
      mine.stop = new AbortController();
      return mine.stop.signal;
    },
  };
}

/** The last few files in hand: what is `kept` stays, what was warmed is handed out once. */
export function createKept() {
  const files = new Map<string, ArrayBuffer>();
  return {
    has: (url: string): boolean => files.has(url),
    take(url: string, keep = false): ArrayBuffer | undefined {
      const hit = files.get(url);
      if (!keep) files.delete(url);
      return hit;
    },
    put(url: string, bytes: ArrayBuffer): void {
      files.set(url, bytes);
      const oldest = files.keys().next().value;
      if (files.size > KEPT_FILES && oldest !== undefined) files.delete(oldest);
    },
    clear: (): void => files.clear(),
  };
}
