/** Made-up music for looking at pages: long, accented, right-to-left and CJK names among plain ones. */
import type { CardAlbum, CardArtist } from '../parts/card.tsx';
import type { RowTrack } from '../parts/row.tsx';
import type { ScanView } from '../parts/scan-panel.tsx';

export const NOW_MS = Date.UTC(2026, 10, 24, 20, 15);

const NAMES: readonly (readonly [string, string])[] = [
  ['Lantern Street', 'Ondřej Vlk'],
  ['Halogen', 'Nadia Okoro'],
  ['Белые ночи, тёмные воды', 'Ансамбль «Северный свет»'],
  [
    'The Incomplete Catalogue of Small and Accidental Kindnesses, Volume Two (Remastered Anniversary Edition)',
    'The Northern Allotment Society Brass & Reed Orchestra',
  ],
  ['مقام الليل', 'ليلى حدّاد'],
  ['새벽 우체국', '은하수 클럽'],
  ['Tidepool', 'Inês Caldeira'],
  ['雨の停車場', '夕凪カルテット'],
  ['Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft', 'Elke Sandvoß'],
  ['שיר לערב', 'יעל ברק'],
  ['Kiln', 'Bram Oosterhuis Trio'],
  ['Café Tangerine', 'Trio Meziane'],
];

const nameAt = (at: number): readonly [string, string] => NAMES[at % NAMES.length] ?? ['Untitled', 'Nobody'];
const coverAt = (at: number) =>
  at % 9 === 8 ? { id: null, tint: null } : { id: `cov_${at}`, tint: String((at * 7) % 24) };

export const albums = (n: number): CardAlbum[] =>
  Array.from({ length: n }, (_, at) => ({
    id: `alb_${at}`,
    title: nameAt(at)[0],
    artists: [{ id: `art_${at}`, name: nameAt(at)[1] }],
    cover: coverAt(at),
    releaseDate: String(1959 + ((at * 13) % 65)),
  }));

export const artists = (n: number): CardArtist[] =>
  Array.from({ length: n }, (_, at) => ({
    id: `art_${at}`,
    name: nameAt(at)[1],
    albumCount: at % 4,
    trackCount: 3 + at * 7,
    cover: at % 3 ? coverAt(at) : null,
  }));

export const tracks = (n: number): RowTrack[] =>
  Array.from({ length: n }, (_, at) => ({
    id: `trk_${at}`,
    title: nameAt(at * 5 + 3)[0],
    artists: [
      { id: `art_${at}`, name: nameAt(at)[1], role: 'artist' },
      ...(at % 4 === 1 ? [{ id: 'art_99', name: nameAt(at + 3)[1], role: 'artist' }] : []),
      { id: 'art_50', name: nameAt(at % 3)[1], role: 'composer' },
    ],
    album: { id: `alb_${at % 7}`, title: nameAt(at)[0] },
    trackNumber: at + 1,
    durationMs: 61_000 + at * 17_300,
    cover: coverAt(at),
    missing: at % 6 === 4,
    liked: at % 3 === 0,
    rating: at % 4 === 2 ? (at % 5) + 1 : null,
    explicit: at % 5 === 2,
    playCount: at % 4 ? 60 - at : 0,
  }));

export const scan = (status: 'running' | 'done'): ScanView & { reason: string } => ({
  id: 'scn_1',
  status,
  reason: 'start',
  startedAt: NOW_MS - 600_000,
  finishedAt: status === 'done' ? NOW_MS - 60_000 : null,
  seen: 50_812,
  added: 31_402,
  changed: 3,
  moved: 41,
  missing: 2,
  unreadable: 14,
  etaMs: status === 'running' ? 360_000 : null,
  phases: [
    { name: 'walk', done: 50_812, of: 50_812 },
    { name: 'tags', done: status === 'running' ? 31_402 : 50_812, of: 50_812 },
    { name: 'covers', done: status === 'running' ? 0 : 2618, of: 2618 },
  ],
});
