/** How this browser presents itself to the server, once. */
import type { Api } from './api.ts';
import type { Shelf } from './device.ts';

/** "Firefox on Android": what a list of devices calls this one until somebody names it. The order matters: they all claim to be others. */
export function nameDevice(userAgent: string): string {
  const first = (names: string[]): string => names.find((name) => userAgent.includes(name)) ?? '';
  const browser = first(['Firefox', 'Edg', 'Chrome', 'Safari']).replace('Edg', 'Edge') || 'Browser';
  const system = first(['iPhone', 'iPad', 'Android', 'Windows', 'Mac', 'Linux']);
  return system ? `${browser} on ${system}` : browser;
}

/** Tells the server once who this is. */
export async function introduce(api: Api, shelf: Shelf, id: string): Promise<void> {
  if (shelf.read<boolean>('introduced')) return;
  const answer = await api.send('POST', '/devices', { body: { id, name: nameDevice(navigator.userAgent) } });
  if (answer.ok) shelf.write('introduced', true);
}
