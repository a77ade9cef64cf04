/** What is laid over the page is closed by what the device closes things with: on Android that is Back, which else leaves the page. */
type Watcher = EventTarget & { destroy(): void };
type WithWatcher = { CloseWatcher?: new () => Watcher };

/** Calls `close` when the device asks for it. Answers how to stop listening. Browsers without such requests have Escape alone. */
export function onCloseRequest(close: () => void): () => void {
  const { CloseWatcher } = globalThis as WithWatcher;
  if (!CloseWatcher) return () => undefined;
  const watcher = new CloseWatcher();
  watcher.addEventListener('close', close);
  return () => watcher.destroy();
}
