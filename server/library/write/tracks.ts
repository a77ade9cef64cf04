import { LRUCache } from 'lru-cache';
import type { Db } from '../../db/index.ts';
import { sortKey } from '../fold.ts';
import type { Counts } from './counts.ts';
import type { CreditFacts, TrackFacts } from './facts.ts';
import type { Names } from './names.ts';
import type { Renames } from './renames.ts';

export type WrittenTrack = { id: number; added: boolean; returned: boolean; albumBefore: number | undefined };
type Place = {
  fileId: number;
  rootId: number;
  albumId: number;
  now: number;
  sameSound: boolean;
  /** The file came just now: no row of it is looked for. */
  isNew?: boolean;
};

export type Tracks = {
  /** Writes the track of a file (or of one cut of it): the same id when the file already had one. */
  write: (facts: TrackFacts, at: Place) => WrittenTrack;
  /** Tracks of a file whose cut is no longer in its sheet; the whole-file track once a sheet cuts it. */
  missingCuts: (fileId: number, keep: readonly number[], now: number) => number[];
  /** After a rollback. */
  forget: () => void;
};

const COLUMNS = (
  'album_id root_id disc no title sort_key artist_text artist_id genre_id year date original_date tag_key album_guess album_by container codec lossless rate ' +
  'bits channels bitrate duration_ms cue_no cue_start cue_end gain_track gain_album peak_track peak_album explicit bpm isrc mbid ' +
  'track_mbid cover_id lyrics_kind comment'
).split(' ');

const createStatements = (db: Db) => ({
  find: db.sqlite.prepare(
    'SELECT id, album_id albumId, missing_at missingAt FROM track WHERE file_id = ? AND coalesce(cue_no, 0) = ?',
  ),
  add: db.sqlite.prepare(
    `INSERT INTO track(file_id, added_at, rnd, ${COLUMNS.join(', ')}) VALUES (@file_id, @now, @rnd, ${COLUMNS.map((c) => `@${c}`).join(', ')})`,
  ),
  update: db.sqlite.prepare(
    `UPDATE track SET ${COLUMNS.map((c) => `${c} = @${c}`).join(', ')}, missing_at = NULL, dropped = 0, sound_state = 'new' WHERE id = @id`,
  ),
  // An album that lost a track to another is levelled anew: asking for one of its tracks again is enough.
  levelAgain: db.sqlite.prepare(
    `UPDATE track SET sound_state = 'new' WHERE id = (SELECT id FROM track WHERE album_id = ? AND missing_at IS NULL LIMIT 1)`,
  ),
  // What was measured of other audio no longer counts.
  forgetSound: db.sqlite.prepare(
    `UPDATE track SET exact = 0, samples = NULL, p0 = NULL, src_rate = NULL, damaged = 0, loudness = NULL, true_peak = NULL WHERE id = ?`,
  ),
  measured: db.sqlite.prepare('SELECT duration_ms FROM track WHERE id = ?').pluck(),
  artists: db.sqlite.prepare('SELECT role, artist_id id FROM track_artist WHERE track_id = ? ORDER BY role, pos'),
  dropArtists: db.sqlite.prepare('DELETE FROM track_artist WHERE track_id = ?'),
  addArtist: db.sqlite.prepare(
    'INSERT OR IGNORE INTO track_artist(track_id, role, pos, artist_id, as_text, sort_key) VALUES (?, ?, ?, ?, ?, ?)',
  ),
  inRoot: db.sqlite.prepare(
    'INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key) SELECT id, ?, sort_key FROM artist WHERE id = ?',
  ),
  inRole: db.sqlite.prepare(
    'INSERT OR IGNORE INTO artist_role(artist_id, role, sort_key) SELECT id, ?, sort_key FROM artist WHERE id = ?',
  ),
  genres: db.sqlite.prepare('SELECT genre_id FROM track_genre WHERE track_id = ?').pluck(),
  dropGenres: db.sqlite.prepare('DELETE FROM track_genre WHERE track_id = ?'),
  addGenre: db.sqlite.prepare(
    'INSERT OR IGNORE INTO track_genre(genre_id, sort_key, track_id, pos) VALUES (?, ?, ?, ?)',
  ),
  dropLyrics: db.sqlite.prepare('DELETE FROM lyrics WHERE track_id = ?'),
  addLyrics: db.sqlite.prepare(
    'INSERT OR IGNORE INTO lyrics(track_id, kind, lang, source, text) VALUES (?, ?, ?, ?, ?)',
  ),
  dropChapters: db.sqlite.prepare('DELETE FROM chapter WHERE track_id = ?'),
  addChapter: db.sqlite.prepare('INSERT OR IGNORE INTO chapter(track_id, no, start_ms, title) VALUES (?, ?, ?, ?)'),
  cuts: db.sqlite.prepare('SELECT id, coalesce(cue_no, 0) cut FROM track WHERE file_id = ? AND missing_at IS NULL'),
  miss: db.sqlite.prepare('UPDATE track SET missing_at = ?, dropped = 1 WHERE id = ?'),
});

const orNull = <T>(value: T | undefined): T | null => value ?? null;

const parametersOf = (facts: TrackFacts, at: Place, ids: { artist: number | undefined; genre: number | undefined }) => {
  const date = facts.originalDate ?? facts.date;
  return {
    album_id: at.albumId,
    root_id: at.rootId,
    disc: facts.disc,
    no: orNull(facts.no),
    title: facts.title,
    sort_key: sortKey(facts.titleSort ?? facts.title),
    artist_text: facts.artistText,
    artist_id: orNull(ids.artist),
    genre_id: orNull(ids.genre),
    year: date ? Number(date.slice(0, 4)) : null,
    date: orNull(facts.date),
    original_date: orNull(facts.originalDate),
    tag_key: facts.tagKey,
    album_guess: facts.isGuess ? 1 : null,
    album_by: orNull(facts.albumBy),
    container: facts.container,
    codec: facts.codec,
    lossless: facts.lossless ? 1 : 0,
    rate: facts.rate,
    bits: orNull(facts.bits),
    channels: facts.channels,
    bitrate: orNull(facts.bitrate),
    duration_ms: facts.durationMs,
    ...cueOf(facts),
    gain_track: orNull(facts.gainTrack),
    gain_album: orNull(facts.gainAlbum),
    peak_track: orNull(facts.peakTrack),
    peak_album: orNull(facts.peakAlbum),
    explicit: facts.explicit === undefined ? null : Number(facts.explicit),
    bpm: orNull(facts.bpm),
    isrc: orNull(facts.isrc),
    mbid: orNull(facts.mbid),
    track_mbid: orNull(facts.trackMbid),
    cover_id: orNull(facts.coverId),
    lyrics_kind: lyricsKind(facts),
    comment: orNull(facts.comment),
  };
};

const cueOf = ({ cue }: TrackFacts) => ({
  cue_no: cue?.no ?? null,
  cue_start: cue?.start ?? null,
  cue_end: cue?.end ?? null,
});

const lyricsKind = ({ lyrics }: TrackFacts): 'synced' | 'plain' | null => {
  if (lyrics.some((each) => each.kind === 'synced')) return 'synced';
  return lyrics.length > 0 ? 'plain' : null;
};

type Needs = { names: Names; counts: Counts; renames: Renames };

/** Puts artists on the lists of roots and roles, each once: most were put there by the track before. */
const createLists = (sql: ReturnType<typeof createStatements>) => {
  const listed = new LRUCache<string, true>({ max: 20_000 });
  const once = (key: string, list: () => void): void => {
    if (listed.has(key)) return;
    list();
    listed.set(key, true);
  };
  return {
    list: (artist: number, { role, rootId }: { role: string; rootId: number }): void => {
      once(`${artist}@${rootId}`, () => sql.inRoot.run(rootId, artist));
      if (role !== 'artist') once(`${artist}/${role}`, () => sql.inRole.run(role, artist));
    },
    forget: () => listed.clear(),
  };
};

type Written = { id: number; sortKey: string; isNew: boolean };

/** Who made it, role by role; what went to other names is noted, for an artist may have been renamed. */
const createCredits = (sql: ReturnType<typeof createStatements>, { names, counts, renames }: Needs) => {
  const { dirty } = counts;
  const lists = createLists(sql);
  type Credited = { role: string; id: number };
  const note = (before: readonly Credited[], after: readonly Credited[]): void => {
    const inRole = (all: readonly Credited[], role: string) => all.filter((it) => it.role === role).map((it) => it.id);
    for (const role of new Set(before.map((it) => it.role))) renames.note(inRole(before, role), inRole(after, role));
  };
  const set = ({ id, sortKey: key, isNew }: Written, credits: readonly CreditFacts[], at: Place): void => {
    const before = isNew ? [] : (sql.artists.all(id) as Credited[]);
    for (const each of before) dirty.artists.add(each.id);
    if (before.length > 0) sql.dropArtists.run(id);
    const positions = new Map<string, number>();
    const after: Credited[] = [];
    for (const credit of credits) {
      const artist = names.artist(credit, at.now);
      const { role } = credit;
      const pos = positions.get(role) ?? 0;
      positions.set(role, pos + 1);
      sql.addArtist.run(id, role, pos, artist, credit.asText ?? null, key);
      lists.list(artist, { role, rootId: at.rootId });
      dirty.artists.add(artist);
      after.push({ role, id: artist });
    }
    note(before, after);
  };
  return { set, forget: lists.forget };
};

/** Its genres, words and chapters: what was there is replaced. */
const createBelongings = (sql: ReturnType<typeof createStatements>, { dirty }: Counts) => ({
  setGenres: ({ id, sortKey: key, isNew }: Written, genres: readonly number[]): void => {
    if (!isNew) {
      for (const each of sql.genres.all(id) as number[]) dirty.genres.add(each);
      sql.dropGenres.run(id);
    }
    genres.forEach((genre, pos) => {
      sql.addGenre.run(genre, key, id, pos);
      dirty.genres.add(genre);
    });
  },
  setTexts: ({ id, isNew }: Written, facts: TrackFacts): void => {
    if (!isNew) sql.dropLyrics.run(id);
    for (const it of facts.lyrics) sql.addLyrics.run(id, it.kind, it.lang, it.source, it.text);
    if (!isNew) sql.dropChapters.run(id);
    facts.chapters.forEach((it, no) => sql.addChapter.run(id, no + 1, Math.round(it.startMs), it.title));
  },
});

export const createTracks = (db: Db, needs: Needs): Tracks => {
  const sql = createStatements(db);
  const { names, counts } = needs;
  const { dirty } = counts;
  const credits = createCredits(sql, needs);
  const { setGenres, setTexts } = createBelongings(sql, counts);
  type Found = { id: number; albumId: number; missingAt: number | null };
  const find = (facts: TrackFacts, at: Place): Found | undefined =>
    at.isNew ? undefined : (sql.find.get(at.fileId, facts.cue?.no ?? 0) as Found | undefined);

  return {
    write: (facts, at) => {
      const found = find(facts, at);
      const lead = facts.credits.find((credit) => credit.role === 'artist');
      const genres = facts.genres.map(names.genre);
      const ids = { artist: lead && names.artist(lead, at.now), genre: genres[0] };
      const parameters = parametersOf(facts, at, ids);
      if (found) {
        // The length that was measured of this very sound is better than what its header says.
        const measured = at.sameSound && { duration_ms: sql.measured.get(found.id) };
        sql.update.run({ ...parameters, ...measured, id: found.id });
        if (!at.sameSound) sql.forgetSound.run(found.id);
        if (found.albumId !== at.albumId) sql.levelAgain.run(found.albumId);
      }
      const rnd = Math.floor(Math.random() * 2 ** 32);
      const id =
        found?.id ?? Number(sql.add.run({ ...parameters, file_id: at.fileId, now: at.now, rnd }).lastInsertRowid);
      const written = { id, sortKey: parameters.sort_key, isNew: !found };
      credits.set(written, facts.credits, at);
      setGenres(written, genres);
      setTexts(written, facts);
      dirty.albums.add(at.albumId);
      if (found) dirty.albums.add(found.albumId);
      return { id, added: !found, returned: found?.missingAt != null, albumBefore: found?.albumId };
    },
    missingCuts: (fileId, keep, now) => {
      const cuts = sql.cuts.all(fileId) as { id: number; cut: number }[];
      const gone = cuts.filter(({ cut }) => !keep.includes(cut)).map(({ id }) => id);
      for (const id of gone) sql.miss.run(now, id);
      return gone;
    },
    forget: credits.forget,
  };
};
