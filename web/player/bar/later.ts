/** What nobody needs before the first click: fetched when it is asked for, or when the page has nothing else to do. */
import type { Shelf } from '../device.ts';
import { introduce } from '../introduction.ts';
import { openSettings } from '../settings.ts';
import type { Drawer } from './drawers.ts';
import { openFullView } from './full-view.ts';
import { openMediaSession } from './media-session.ts';
import type { TabNeeds } from './now-tabs.ts';
import { openSignal } from './signal.ts';
import { openWaveform } from './waveform.ts';

export { createHelp } from './help.ts';
export { openLyrics } from './lyrics-drawer.ts';
export { openMenu } from './menu.ts';
export { openQueue } from './queue-drawer.ts';

type Needs = TabNeeds & { shelf: Shelf; deviceId: string; drawers: readonly Drawer[] };

/** Answers what to do when another page has come. */
export function openRest(needs: Needs): () => void {
  const { player, api, shelf, deviceId } = needs;
  openSignal(player);
  openWaveform(player, api);
  const closeFullView = openFullView(needs);
  const session = openMediaSession(player);
  const settings = openSettings(needs);
  void introduce(api, shelf, deviceId);
  return () => {
    closeFullView();
    session.pageChanged();
    settings.pageChanged();
  };
}
