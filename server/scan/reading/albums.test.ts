import { describe, expect, test } from 'vitest';
import { albumArtistOf, albumKey, discOfFolder, discOfTitle, folderGroup, type AlbumFacts } from './albums.ts';
import { artFile, bestEmbedded } from './art-files.ts';

const facts = (over: Partial<AlbumFacts>): AlbumFacts => ({
  album: 'Greatest Hits',
  albumArtistText: undefined,
  artistText: 'Queen',
  compilation: false,
  releaseId: undefined,
  folderGroup: 'Queen/Greatest Hits',
  lent: undefined,
  ...over,
});

describe('discs in folder names and titles', () => {
  test.each([
    ['CD 1', { discNo: 1 }],
    ['CD1', { discNo: 1 }],
    ['Disc 02', { discNo: 2 }],
    ['disk_3', { discNo: 3 }],
    ['Disc 2 - Live at Home', { discNo: 2, discTitle: 'Live at Home' }],
    ['CD 2 (Bonus)', { discNo: 2, discTitle: 'Bonus' }],
    ['Discovery', undefined],
    ['CD', undefined],
    ['1989', undefined],
  ])('folder %s', (name, disc) => {
    expect(discOfFolder(name)).toEqual(disc);
  });

  test.each([
    ['The Wall (Disc 2)', { title: 'The Wall', discNo: 2 }],
    ['The Wall [CD 1]', { title: 'The Wall', discNo: 1 }],
    ['The Wall - CD2', { title: 'The Wall', discNo: 2 }],
    ['The Wall (Disc 2: Outside)', { title: 'The Wall', discNo: 2, discTitle: 'Outside' }],
    ['Discovery', { title: 'Discovery' }],
    ['Vol. 4', { title: 'Vol. 4' }],
  ])('title %s', (title, disc) => {
    expect(discOfTitle(title)).toEqual(disc);
  });

  test('disc folders belong to their parent', () => {
    const whole = folderGroup(['Pink Floyd', 'The Wall']);
    expect(folderGroup(['Pink Floyd', 'The Wall', 'CD 1'])).toBe(whole);
    expect(folderGroup(['Pink Floyd', 'The Wall', 'Disc 2 - Outside'])).toBe(whole);
    expect(folderGroup(['Pink Floyd', 'The Wall (Disc 1)'])).toBe(whole);
    expect(folderGroup([])).toBe('');
  });
});

describe('album keys', () => {
  test('a release id is the key whatever the tags say', () => {
    expect(albumKey(facts({ releaseId: 'abc', album: 'x' }))).toBe(albumKey(facts({ releaseId: 'abc', album: 'y' })));
  });

  test('two albums of one name by different artists or in different folders stay apart', () => {
    const keys = [facts({}), facts({ artistText: 'Abba' }), facts({ folderGroup: 'elsewhere' })].map(albumKey);
    expect(new Set(keys).size).toBe(3);
  });

  test('spelling does not part an album', () => {
    expect(albumKey(facts({ album: 'Gréatest  hits' }))).toBe(albumKey(facts({})));
  });

  test('tracks of a multi-disc album meet', () => {
    expect(albumKey(facts({ album: 'Greatest Hits (Disc 2)' }))).toBe(albumKey(facts({})));
  });

  test('what its folder lends is whose album it is where it does not say itself', () => {
    const one = facts({ lent: 'Various Artists', artistText: 'Abba' });
    expect(albumArtistOf(one)).toBe('Various Artists');
    expect(albumKey(one)).toBe(albumKey(facts({ lent: 'Various Artists', artistText: 'Queen' })));
    expect(albumArtistOf(facts({ lent: 'The Orchestra' }))).toBe('The Orchestra');
    expect(albumKey(facts({ lent: 'The Orchestra' }))).toBe(albumKey(facts({ albumArtistText: 'the orchestra' })));
    expect(albumArtistOf(facts({ lent: 'The Orchestra', albumArtistText: 'Queen' }))).toBe('Queen');
    expect(albumArtistOf(facts({ lent: 'The Orchestra', compilation: true }))).toBe('Various Artists');
  });

  test('the flag makes a sampler only where no album artist is named', () => {
    expect(albumArtistOf(facts({ compilation: true }))).toBe('Various Artists');
    expect(albumArtistOf(facts({ compilation: true, albumArtistText: 'Queen' }))).toBe('Queen');
    expect(albumArtistOf(facts({ albumArtistText: 'V.A.' }))).toBe('Various Artists');
  });

  test('files without an album tag are grouped by their folder', () => {
    expect(albumKey(facts({ album: undefined }))).toBe('folder:Queen/Greatest Hits');
  });
});

describe('pictures beside the music', () => {
  test('names are taken in order, whatever their case', () => {
    const ranked = ['Front.png', 'folder.jpg', 'COVER.WEBP', 'cover.jpg', 'album.avif']
      .map((name) => ({ name, art: artFile(name)! }))
      .sort((a, b) => a.art.rank - b.art.rank)
      .map(({ name }) => name);
    expect(ranked).toEqual(['cover.jpg', 'COVER.WEBP', 'folder.jpg', 'Front.png', 'album.avif']);
  });

  test('other pictures are none of ours', () => {
    expect(['back.jpg', 'cover.gif', 'cover', 'scan01.png'].map(artFile)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(artFile('artist.jpg')).toMatchObject({ shows: 'artist' });
  });

  test('a front goes before anything, a portrait comes last', () => {
    expect(bestEmbedded([{ kind: 'artist' }, { kind: 'back' }, { kind: 'front' }])).toEqual({ kind: 'front' });
    expect(bestEmbedded([{ kind: 'artist' }, { kind: 'back' }])).toEqual({ kind: 'back' });
    expect(bestEmbedded([{ kind: 'artist' }])).toEqual({ kind: 'artist' });
  });
});
