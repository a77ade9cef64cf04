import type { IconName } from '../assets/icons.ts';
import { t } from '../strings.ts';
import { play, queue } from './act.ts';
import type { Likeable, Playable } from './act.ts';
import { Icon } from './icon.tsx';

export const LikeButton = ({ of, title, liked }: { of: Likeable; title: string; liked: boolean | undefined }) => (
  <button
    type="button"
    class="ico like"
    data-like={of}
    aria-label={t.act.likeTitle(title)}
    aria-pressed={liked ? 'true' : 'false'}
  >
    <Icon name="heart" kind="i-heart" />
  </button>
);

export const MoreButton = ({ of, title }: { of: Playable; title: string }) => (
  <button
    type="button"
    class="ico more"
    data-menu={of}
    aria-label={t.act.moreFor(title)}
    aria-haspopup="menu"
    aria-expanded="false"
  >
    <Icon name="ellipsis" />
  </button>
);

/** The round Play on covers. */
export const GoButton = ({ of, title }: { of: Playable; title: string }) => (
  <button type="button" class="go" {...play(of)} aria-label={t.act.playTitle(title)}>
    <Icon name="play" />
  </button>
);

export const PlayButton = ({ of }: { of: Playable }) => (
  <button type="button" class="btn main" {...play(of)}>
    <Icon name="play" kind="solid" />
    {t.act.play}
  </button>
);

export const ShuffleButton = ({ of, all }: { of: Playable; all?: boolean }) => (
  <button type="button" class={all ? 'chip' : 'btn'} {...play(of, { shuffle: true })}>
    <Icon name="shuffle" />
    {all ? t.act.shuffleAll : t.act.shuffle}
  </button>
);

export const QueueButton = ({ of }: { of: Playable }) => (
  <button type="button" class="ico hide" {...queue(of, 'end')} aria-label={t.act.addToQueue}>
    <Icon name="list-end" />
  </button>
);

type LinkButtonProps = {
  href: string;
  text: string;
  icon?: IconName;
  main?: boolean;
  whole?: boolean;
  slim?: boolean;
};

/**
 * `whole`: the link leaves the app's pages (a file, sign out), so the browser loads it itself. `slim`: on a phone its icon is enough.
 */
export const LinkButton = ({ href, text, icon, main, whole, slim }: LinkButtonProps) => (
  <a
    class={main ? 'btn main' : 'btn'}
    href={href}
    hx-boost={whole ? 'false' : undefined}
    aria-label={slim ? text : undefined}
  >
    {icon ? <Icon name={icon} /> : undefined}
    {slim ? <span class="hide">{text}</span> : text}
  </a>
);
