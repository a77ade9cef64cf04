/*
 * M3U8: one line per track, before it #EXTINF with seconds, artist and title, and what players agree on besides. There is
 * no escape in the format: a line break inside a name would be another line, and a path that begins with # a remark. So
 * breaks in names become blanks, and such a path is led by ./ .
 */
export type M3uEntry = {
  /** A path, or an address. */
  location: string;
  title?: string | undefined;
  artist?: string | undefined;
  album?: string | undefined;
  durationMs?: number | undefined;
};
export type M3u = { name?: string | undefined; entries: M3uEntry[] };

const oneLine = (text: string): string => text.replace(/[\r\n\u2028\u2029]+/g, ' ').trim();

/** True for what can stand on a line of its own and come back the same. */
export const fitsOnALine = (location: string): boolean => location === oneLine(location) && location !== '';

const linesOf = ({ location, title, artist, album, durationMs }: M3uEntry): string[] => {
  const seconds = durationMs === undefined ? -1 : Math.round(durationMs / 1000);
  const shown = [artist, title].flatMap((text) => (text ? [oneLine(text)] : [])).join(' - ');
  return [
    `#EXTINF:${seconds},${shown}`,
    // Artist and title apart: a name with a dash in it comes back as it went.
    ...(artist ? [`#EXTART:${oneLine(artist)}`] : []),
    ...(album ? [`#EXTALB:${oneLine(album)}`] : []),
    location.startsWith('#') ? `./${location}` : location,
  ];
};

export const writeM3u = ({ name, entries }: M3u): string =>
  [
    '#EXTM3U',
    ...(name ? [`#PLAYLIST:${oneLine(name)}`] : []),
    ...entries.filter(({ location }) => fitsOnALine(location)).flatMap(linesOf),
    '',
  ].join('\n');

type Pending = Omit<M3uEntry, 'location'>;

const valueAfter = (line: string): string | undefined => line.slice(line.indexOf(':') + 1).trim() || undefined;

/** `#EXTINF:seconds attributes,Artist - Title`; without a comma there is no title. */
const readInf = (line: string): Pending => {
  const comma = line.indexOf(',');
  const ms = Math.round(Number.parseFloat(valueAfter(comma < 0 ? line : line.slice(0, comma)) ?? '') * 1000);
  const title = comma < 0 ? '' : line.slice(comma + 1).trim();
  return { durationMs: ms > 0 && Number.isFinite(ms) ? ms : undefined, title: title || undefined };
};

/** `Artist - Title` taken apart, by the artist where that is known. */
const apart = ({ title, artist, ...rest }: Pending): Pending => {
  if (!title) return { ...rest, title, artist };
  if (artist)
    return { ...rest, artist, title: title.startsWith(`${artist} - `) ? title.slice(artist.length + 3) : title };
  const dash = title.indexOf(' - ');
  return dash > 0 ? { ...rest, artist: title.slice(0, dash), title: title.slice(dash + 3) } : { ...rest, title };
};

/** No path and no remark of a player is as long. */
const LONGEST_LINE = 4096;

const isBreak = (unit: number): boolean => unit === 0x0a || unit === 0x0d || unit === 0x2028 || unit === 0x2029;

/** One by one, without the empty ones: four megabytes may be four million lines. */
function* filledLines(text: string): Generator<string> {
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isBreak(text.charCodeAt(at))) continue;
    const line = at > start ? text.slice(start, at).trim() : '';
    if (line !== '') yield line;
    start = at + 1;
  }
}

/** What stands on a line that names a track; of one that is too long to be a path, as much as tells which it was. */
const locationOf = (line: string): string => {
  if (line.length > LONGEST_LINE) return `${line.slice(0, 100).toWellFormed()}…`;
  return line.startsWith('./#') ? line.slice(2) : line;
};

type Remark = { name?: string | undefined; pending?: Pending };

const readRemark = (line: string): Remark => {
  const colon = line.length > LONGEST_LINE ? -1 : line.indexOf(':');
  if (colon < 0) return {};
  switch (line.slice(1, colon).toUpperCase()) {
    case 'EXTINF':
      return { pending: readInf(line) };
    case 'EXTART':
      return { pending: { artist: valueAfter(line) } };
    case 'EXTALB':
      return { pending: { album: valueAfter(line) } };
    case 'PLAYLIST':
      return { name: valueAfter(line) };
    default:
      return {};
  }
};

/**
 * Reads a list as players write them: with or without header, with any line ends, a byte order mark, remarks. Reading stops
 * after `most` entries. Remarks that are too long are passed over.
 */
export const readM3u = (text: string, most = Infinity): M3u => {
  const entries: M3uEntry[] = [];
  let name: string | undefined;
  let pending: Pending = {};
  for (const line of filledLines(text.replace(/^\ufeff/, ''))) {
    if (line.startsWith('#')) {
      const remark = readRemark(line);
      name ??= remark.name;
      if (remark.pending) pending = { ...pending, ...remark.pending };
      continue;
    }
    entries.push({ location: locationOf(line), ...apart(pending) });
    if (entries.length === most) break;
    pending = {};
  }
  return { name, entries };
};
