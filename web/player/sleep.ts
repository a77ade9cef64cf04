/** The sleep timer: after so many minutes the music fades away, or it ends with the song that plays. */
import { say, type Inside } from './core.ts';
import { prepareNext } from './going.ts';

export type Bedtime = 'off' | 'track' | number;

const FADE_SEC = 8;

export function createSleep(inside: Inside): (bedtime: Bedtime) => void {
  const { state } = inside;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fallAsleep = (): void => {
    state.sleep = undefined;
    const { channel, audio } = inside.engine.voice();
    channel.fade('out', FADE_SEC);
    timer = setTimeout(() => {
      audio.pause();
      channel.fade('in', 0);
    }, FADE_SEC * 1000);
  };
  return (bedtime) => {
    clearTimeout(timer);
    inside.engine.channel().fade('in', 0);
    if (typeof bedtime === 'number') {
      state.sleep = Date.now() + bedtime * 60_000;
      timer = setTimeout(fallAsleep, bedtime * 60_000 - FADE_SEC * 1000);
    } else state.sleep = bedtime === 'off' ? undefined : bedtime;
    void prepareNext(inside);
    say(inside, 'state');
  };
}

/** The song has ended: true where the listener wanted to sleep then. */
export function settle({ state }: Inside): boolean {
  const asleep = state.sleep === 'track';
  if (asleep) state.sleep = undefined;
  return asleep;
}
