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

const readInf = (line: string): Pending => {
  const [, seconds = '-1', shown = ''] = /^#EXTINF:\s*(-?[\d.]+)[^,]*,?(.*)$/i.exec(line) ?? [];
  const durationMs = Number(seconds) > 0 ? Math.round(Number(seconds) * 1000) : undefined;
  const text = shown.trim();
  return { durationMs, title: text || undefined };
};

/** `Artist - Title` taken apart, by the artist where that is known. */
const apart = ({ title, artist, ...rest }: Pending): Pending => {
  if (!title) return { ...rest, title, artist };
  if (artist)
    return { ...rest, artist, title: title.startsWith(`${artist} - `) ? title.slice(artist.length + 3) : title };
  const dash = title.indexOf(' - ');
  return dash > 0 ? { ...rest, artist: title.slice(0, dash), title: title.slice(dash + 3) } : { ...rest, title };
};

const valueAfter = (line: string): string | undefined => line.slice(line.indexOf(':') + 1).trim() || undefined;

/** Reads a list as players write them: with or without header, with any line ends, a byte order mark, remarks. */
export const readM3u = (text: string): M3u => {
  const entries: M3uEntry[] = [];
  let name: string | undefined;
  let pending: Pending = {};
  for (const raw of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const line = raw.trim();
    if (line === '') continue;
    if (!line.startsWith('#')) {
      const location = line.startsWith('./#') ? line.slice(2) : line;
      entries.push({ location, ...apart(pending) });
      pending = {};
    } else if (/^#EXTINF:/i.test(line)) pending = { ...pending, ...readInf(line) };
    else if (/^#EXTART:/i.test(line)) pending = { ...pending, artist: valueAfter(line) };
    else if (/^#EXTALB:/i.test(line)) pending = { ...pending, album: valueAfter(line) };
    else if (/^#PLAYLIST:/i.test(line)) name ??= valueAfter(line);
  }
  return { name, entries };
};
