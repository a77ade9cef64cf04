/** What this browser keeps for itself: who it is and what it likes. Works (forgetfully) where storage is refused. */
export type Shelf = {
  read<T>(key: string): T | undefined;
  write(key: string, value: unknown): void;
};

export function createShelf(storage: Storage | undefined): Shelf {
  return {
    read<T>(key: string) {
      try {
        const text = storage?.getItem(`evensong.${key}`);
        return text ? (JSON.parse(text) as T) : undefined;
      } catch {
        return undefined;
      }
    },
    write(key, value) {
      try {
        if (value === undefined) storage?.removeItem(`evensong.${key}`);
        else storage?.setItem(`evensong.${key}`, JSON.stringify(value));
      } catch {
        // Full or refused: playing goes on, it is only not remembered.
      }
    },
  };
}

/** A version 4 UUID. crypto.randomUUID exists on https only, and a family's server is often plain http. RFC 9562 5.4 */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Minted once per browser. */
export function readDeviceId(shelf: Shelf): string {
  const known = shelf.read<string>('device');
  if (known) return known;
  const fresh = newUuid();
  shelf.write('device', fresh);
  return fresh;
}
