/**
 * The settings page's playback section, heard as it is changed (`data-playback` on the form, which keeps the choice on the
 * server; `data-device-quality` on what this browser keeps for itself).
 */
import type { Api } from './api.ts';
import type { Shelf } from './device.ts';
import type { Player } from './player.ts';
import { readQuality, type PlaybackSettings } from './quality.ts';

type Needs = { player: Player; api: Api; shelf: Shelf };

export function openSettings({ player, api, shelf }: Needs): { pageChanged(): void } {
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches('[data-device-quality]')) player.setDeviceQuality(target.value);
    const form = target.form?.closest<HTMLFormElement>('[data-playback]');
    if (form) player.follow(readForm(new FormData(form)));
  });
  void api.get<{ playback: PlaybackSettings }>('/settings').then((answer) => {
    if (answer.ok) player.follow(answer.data.playback);
  });
  const pageChanged = (): void => {
    const chosen = shelf.read<string>('quality') ?? '';
    for (const choice of document.querySelectorAll<HTMLInputElement>('[data-device-quality]')) {
      choice.checked = choice.value === chosen;
      choice.closest('[hidden]')?.removeAttribute('hidden');
    }
  };
  pageChanged();
  return { pageChanged };
}

function readForm(form: FormData): PlaybackSettings {
  const said = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    ...readQuality(said('quality')),
    levelling: said('levelling') as PlaybackSettings['levelling'],
    crossfadeSec: Number(said('crossfadeSec')) || 0,
  };
}
