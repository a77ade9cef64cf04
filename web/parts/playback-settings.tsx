/** How music reaches a person, everywhere and on this device: followed by the player as it is changed (web/player/settings.ts). */
import type { Child } from 'hono/jsx';
import { t } from '../strings.ts';
import { Setting } from './field.tsx';
import { Panel } from './panel.tsx';

export type PlaybackView = {
  mode: 'auto' | 'direct' | 'hls';
  maxKbps: number | null;
  levelling: 'off' | 'auto' | 'track' | 'album';
  crossfadeSec: number;
  maxCrossfadeSec: number;
};

export const QUALITIES = ['auto', 'original', '256', '128', '64'] as const;
const LEVELLINGS = ['auto', 'album', 'track', 'off'] as const;

/** A ceiling set through the API that no button names shows as the nearest below it that one does. */
function chosen({ mode, maxKbps }: PlaybackView): (typeof QUALITIES)[number] {
  if (mode === 'direct') return 'original';
  if (maxKbps === null || maxKbps > 256) return 'auto';
  return maxKbps >= 256 ? '256' : maxKbps >= 128 ? '128' : '64';
}

export const PlaybackPanel = ({ playback }: { playback: PlaybackView }) => (
  <Panel title={t.settings.playback} id="playback">
    <form
      class="stack"
      method="post"
      action="/settings/playback"
      hx-post="/settings/playback"
      hx-trigger="change"
      hx-swap="none"
      hx-select-oob=""
      data-playback=""
    >
      <Choice name="quality" label={t.settings.quality} help={t.settings.qualityHelp}>
        {QUALITIES.map((each) => (
          <Chip name="quality" value={each} text={t.settings.qualities[each]} checked={each === chosen(playback)} />
        ))}
      </Choice>
      <Choice name="levelling" label={t.settings.levelling} help={t.settings.levellingHelp}>
        {LEVELLINGS.map((each) => (
          <Chip
            name="levelling"
            value={each}
            text={t.settings.levellings[each]}
            checked={each === playback.levelling}
          />
        ))}
      </Choice>
      <Crossfade sec={playback.crossfadeSec} most={playback.maxCrossfadeSec} />
      <noscript>
        <button class="chip" type="submit">
          {t.act.save}
        </button>
      </noscript>
    </form>
    <DeviceQuality />
  </Panel>
);

const Crossfade = ({ sec, most }: { sec: number; most: number }) => (
  <Setting
    label={
      <label for="crossfade" id="crossfade-label">
        {t.settings.crossfade}
      </label>
    }
    help={t.settings.crossfadeHelp(most)}
  >
    <input
      class="field few"
      id="crossfade"
      type="number"
      name="crossfadeSec"
      min="0"
      max={most}
      step="1"
      required
      value={String(sec)}
    />
  </Setting>
);

/** Shown by the player alone: without it there is nobody to keep it. */
const DeviceQuality = () => (
  <div hidden>
    <Choice name="device-quality" label={t.settings.deviceQuality} help={t.settings.deviceQualityHelp}>
      {['', ...QUALITIES].map((each) => (
        <Chip
          name="device-quality"
          value={each}
          text={each === '' ? t.settings.asEverywhere : t.settings.qualities[each]}
          checked={each === ''}
          ofDevice
        />
      ))}
    </Choice>
  </div>
);

type ChoiceProps = { name: string; label: string; help: string; children: Child };

const Choice = ({ name, label, help, children }: ChoiceProps) => (
  <Setting label={<span id={`${name}-label`}>{label}</span>} help={help}>
    <div class="bar" role="radiogroup" aria-labelledby={`${name}-label`}>
      {children}
    </div>
  </Setting>
);

type ChipProps = { name: string; value: string; text: string | undefined; checked: boolean; ofDevice?: boolean };

const Chip = ({ name, value, text, checked, ofDevice }: ChipProps) => (
  <label class="chip toggle">
    <input
      class="sr"
      type="radio"
      name={name}
      value={value}
      checked={checked}
      data-device-quality={ofDevice ? '' : undefined}
    />
    {text}
  </label>
);
