/**
 * ffmpeg writes no free-form tags into an M4A, and loudness has no others there. They are `----` items of the list that
 * holds all tags (moov/udta/meta/ilst). The index being the last thing in the file, it can grow without moving any sound.
 */
type Box = { at: number; end: number };

const HEADER = 8;
/** How many bytes stand between a box's header and its children. */
const PATH: readonly (readonly [type: string, skip: number])[] = [
  ['moov', 0],
  ['udta', 0],
  ['meta', 4],
  ['ilst', 0],
];

function childOf(bytes: Buffer, within: Box, type: string): Box | undefined {
  for (let at = within.at; at + HEADER <= within.end;) {
    const size = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + HEADER) === type) return { at, end: at + size };
    // 0 and 1 mean sizes said elsewhere: nothing ffmpeg writes for a piece of a minute.
    if (size < HEADER) return undefined;
    at += size;
  }
  return undefined;
}

const box = (type: string, ...parts: Buffer[]): Buffer => {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(parts.reduce((sum, part) => sum + part.length, HEADER));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...parts]);
};
const UTF8 = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]);
const NOTHING = Buffer.alloc(4);
const item = ([name, value]: [string, string]): Buffer =>
  box(
    '----',
    box('mean', NOTHING, Buffer.from('com.apple.iTunes')),
    box('name', NOTHING, Buffer.from(name)),
    box('data', UTF8, Buffer.from(value)),
  );

/** The file with these tags added; throws where its index is not the last thing in it, or has no list of tags. */
export function withFreeTags(file: Buffer, tags: Readonly<Record<string, string>>): Buffer {
  const around: Box[] = [];
  let within: Box = { at: 0, end: file.length };
  for (const [type, skip] of PATH) {
    const found = childOf(file, within, type);
    if (!found || found.end !== within.end) throw new Error(`No ${type} at the end of its place.`);
    around.push(found);
    within = { at: found.at + HEADER + skip, end: found.end };
  }
  const items = Buffer.concat(Object.entries(tags).map(item));
  const bytes = Buffer.concat([file, items]);
  for (const { at, end } of around) bytes.writeUInt32BE(end - at + items.length, at);
  return bytes;
}
