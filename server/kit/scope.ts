export type Scope = {
  /** Registers how to close something long-lived; closed in reverse order of opening. */
  defer: (name: string, close: () => void | Promise<void>) => void;
  /** Aborted as the first step of closing: loops and waits end on it. */
  signal: AbortSignal;
  close: () => Promise<void>;
};

/** Everything long-lived has a name and a close. One that fails is reported and does not keep the others open. */
export const openScope = (onError: (name: string, error: unknown) => void): Scope => {
  const closers: { name: string; close: () => void | Promise<void> }[] = [];
  const abort = new AbortController();
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    abort.abort(new Error('closing'));
    for (const { name, close } of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        onError(name, error);
      }
    }
  };
  return {
    defer: (name, close) => void closers.push({ name, close }),
    signal: abort.signal,
    close: () => (closing ??= closeAll()),
  };
};
