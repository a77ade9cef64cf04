import type { IconName } from '../assets/icons.ts';
import { t } from '../strings.ts';
import { Icon } from './icon.tsx';

// Inherited, or htmx would follow the cover's link beside the player's own scripts.
const OWN_LINKS = { 'hx-boost:inherited': 'false' };

/**
 * The player's bar, idle: it stands outside <main> and is never swapped. The client scripts bring it to life and own
 * every id here (the contract stands in web/player/main.ts).
 */
export const Player = ({ icons }: { icons: string }) => (
  <section
    class="player"
    id="player"
    aria-label={t.player.region}
    data-tint="n"
    data-state="idle"
    data-icons={icons}
    {...OWN_LINKS}
  >
    <div class="seek">
      <Line done={0} />
      <input
        id="player-seek"
        type="range"
        min="0"
        max="0"
        value="0"
        disabled
        aria-label={t.player.seek}
        aria-valuetext={t.player.idle}
      />
    </div>
    <NowPlaying />
    <Deck />
    <Tools />
  </section>
);

const Line = ({ done }: { done: number }) => (
  <svg viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
    <rect width="1000" height="6" />
    <rect class="done" width={done} height="6" />
  </svg>
);

const NowPlaying = () => (
  <div class="now">
    <a id="player-cover" hidden>
      <img alt="" width="56" height="56" />
    </a>
    <div>
      <strong class="cut" id="player-title" dir="auto">
        {t.player.idle}
      </strong>
      <div class="small dim cut" id="player-artists" dir="auto">
        {t.player.idleHint}
      </div>
      <noscript>
        <div class="small dim">{t.player.noScript}</div>
      </noscript>
    </div>
    <button type="button" class="ico" id="player-like" hidden aria-label={t.player.like} aria-pressed="false">
      <Icon name="heart" kind="i-heart" />
    </button>
    <button
      type="button"
      class="ico more"
      id="player-more"
      hidden
      aria-label={t.player.more}
      aria-haspopup="menu"
      aria-expanded="false"
    >
      <Icon name="ellipsis" />
    </button>
  </div>
);

const Deck = () => (
  <div class="deck">
    <time id="player-elapsed" />
    <Press id="player-shuffle" name={t.player.shuffle} icon="shuffle" toggles />
    <Press id="player-previous" name={t.player.previous} icon="skip-back" solid disabled />
    <button type="button" class="go" id="player-play" aria-label={t.player.play} disabled>
      <Icon name="play" />
    </button>
    <Press id="player-next" name={t.player.next} icon="skip-forward" solid disabled extra="next" />
    <Press id="player-repeat" name={t.player.repeat} icon="repeat" toggles />
    <time id="player-duration" />
  </div>
);

const Tools = () => (
  <div class="tools">
    <button type="button" class="badge" id="player-signal" hidden aria-haspopup="dialog" aria-expanded="false" />
    <Press id="player-lyrics" name={t.player.lyrics} icon="mic-vocal" toggles />
    <Press id="player-queue" name={t.player.queue} icon="list-video" toggles />
    <Press id="player-mute" name={t.player.mute} icon="volume-2" toggles />
    <div class="vol">
      <Line done={1000} />
      <input
        id="player-volume"
        type="range"
        min="0"
        max="100"
        value="100"
        aria-label={t.player.volume}
        aria-valuetext={t.player.volumeText}
      />
    </div>
  </div>
);

type PressProps = {
  id: string;
  name: string;
  icon: IconName;
  toggles?: boolean;
  solid?: boolean;
  disabled?: boolean;
  extra?: string;
};

const Press = ({ id, name, icon, toggles, solid, disabled, extra }: PressProps) => (
  <button
    type="button"
    class={extra ? `ico ${extra}` : 'ico'}
    id={id}
    aria-label={name}
    aria-pressed={toggles ? 'false' : undefined}
    disabled={disabled ?? false}
  >
    <Icon name={icon} {...(solid ? { kind: 'solid' as const } : {})} />
  </button>
);
