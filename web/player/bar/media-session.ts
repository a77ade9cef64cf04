/** The lock screen, media keys, the tab's title and icon: what plays, as the system shows it. */
import type { Player } from '../player.ts';
import { artistNames, coverUrl } from '../track.ts';
import { laterWords as words } from './later-words.ts';

const SIZES = [128, 256, 512] as const;

export function openMediaSession(player: Player): { pageChanged(): void } {
  const session = 'mediaSession' in navigator ? navigator.mediaSession : undefined;
  let pageTitle = document.title;
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const pageIcon = link?.href;
  const showTab = (): void => {
    const track = player.current()?.track;
    const sounds = player.state().playing && track;
    document.title = sounds ? words.by(track.title, artistNames(track)) : pageTitle;
    const cover = sounds ? coverUrl(track, 64) : undefined;
    if (link && pageIcon) link.href = cover ?? pageIcon;
  };
  const showTrack = (): void => {
    const track = player.current()?.track;
    if (session && track) {
      const artwork = SIZES.flatMap((size) => {
        const src = coverUrl(track, size);
        return src ? [{ src, sizes: `${size}x${size}` }] : [];
      });
      const album = track.album?.title ?? '';
      session.metadata = new MediaMetadata({ title: track.title, artist: artistNames(track), album, artwork });
    }
    showTab();
    showPosition();
  };
  const showPosition = (): void => {
    const duration = player.durationMs() / 1000;
    if (!session?.setPositionState || !duration) return;
    session.setPositionState({ duration, position: Math.min(duration, player.positionMs() / 1000), playbackRate: 1 });
  };
  const showState = (): void => {
    if (session) session.playbackState = !player.current() ? 'none' : player.state().playing ? 'playing' : 'paused';
    showTab();
    showPosition();
  };
  if (session) takeKeys(session, player);
  player.on('track', showTrack);
  player.on('state', showState);
  player.on('time', showPosition);
  showTrack();
  showState();
  return {
    pageChanged() {
      pageTitle = document.title;
      showTab();
    },
  };
}

function takeKeys(session: MediaSession, player: Player): void {
  const actions: [MediaSessionAction, (details: MediaSessionActionDetails) => void][] = [
    ['play', () => player.play()],
    ['pause', () => player.pause()],
    ['stop', () => player.pause()],
    ['nexttrack', () => player.next()],
    ['previoustrack', () => player.previous()],
    ['seekto', ({ seekTime }) => player.seek((seekTime ?? 0) * 1000)],
    ['seekbackward', ({ seekOffset }) => player.seek(player.positionMs() - (seekOffset ?? 10) * 1000)],
    ['seekforward', ({ seekOffset }) => player.seek(player.positionMs() + (seekOffset ?? 10) * 1000)],
  ];
  for (const [action, act] of actions) {
    try {
      session.setActionHandler(action, act);
    } catch {
      // Older browsers refuse actions they do not know.
    }
  }
}
