import { cpSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { openInlineScan } from '../testing/inline-scan.ts';
import { sampleLibrary } from '../testing/sample-library.ts';

/** The number of the device, as stat tells it: a disk that is mounted anew has another one. */
const device = vi.hoisted(() => ({ number: 7n }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const onDevice =
    <A extends unknown[]>(stat: (...args: A) => unknown) =>
    (...args: A): unknown => {
      const it = stat(...args) as { dev: bigint | number } | undefined;
      if (it) it.dev = typeof it.dev === 'bigint' ? device.number : Number(device.number);
      return it;
    };
  return { ...fs, statSync: onDevice(fs.statSync), lstatSync: onDevice(fs.lstatSync) };
});

test('a disk that is mounted as another device is not read again', async () => {
  const house = openInlineScan();
  try {
    cpSync(sampleLibrary(60).root, house.media, { recursive: true, preserveTimestamps: true });
    await house.run();
    const opened = house.opened();
    device.number = 8n;
    const { lstatSync } = await import('node:fs');
    expect(lstatSync(house.media).dev).toBe(8);
    expect((await house.run()).tally).toMatchObject({ seen: 60, added: 0, changed: 0, moved: 0, missing: 0 });
    expect(house.opened()).toBe(opened);
  } finally {
    await house.close();
  }
});
