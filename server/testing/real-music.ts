import { existsSync, globSync } from 'node:fs';
import { delimiter } from 'node:path';

const GAMES = ['/usr/share/games/wesnoth/*/data/core/music', '/usr/share/games/warzone2100/music'];

/** Folders of music that others made: those of TEST_MUSIC (with : between them), else what Debian ships with two games. */
export const realMusic = (): string[] =>
  (process.env['TEST_MUSIC']?.split(delimiter) ?? globSync(GAMES)).filter((path) => existsSync(path));

/** What brings the music of `realMusic`, for a test that has none. */
export const REAL_MUSIC_FROM = 'wesnoth-1.16-music or warzone2100-music installed, or TEST_MUSIC set';
