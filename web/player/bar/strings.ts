/**
 * What the player says. It lies apart from the pages' catalogue because it travels to the browser; a translation replaces this
 * object. Voice as everywhere: short, warm, exact. What is said by parts that come later lies in later-words.ts.
 */
export const songs = (count: number): string => (count === 1 ? '1 song' : `${count} songs`);

export const words = {
  play: 'Play',
  pause: 'Pause',
  playTitle: (title: string) => `Play ${title}`,
  pauseTitle: (title: string) => `Pause ${title}`,
  idle: 'Nothing playing yet',
  repeat: 'Repeat',
  repeatOne: 'Repeat one',
  percent: (value: number) => `${value} percent`,
  stars: (stars: number) => (stars === 0 ? 'No stars' : stars === 1 ? '1 star' : `${stars} stars`),
  position: (at: string, length: string) => `${at} of ${length}`,
  minutes: (minutes: number) => (minutes === 1 ? '1 minute' : `${minutes} minutes`),
  seconds: (seconds: number) => (seconds === 1 ? '1 second' : `${seconds} seconds`),
  hours: (hours: number) => (hours === 1 ? '1 hour' : `${hours} hours`),
  openCover: (title: string) => `Open ${title}`,
  close: 'Close',

  queue: 'Queue',
  closeQueue: 'Close queue',

  lyrics: 'Lyrics',
  closeLyrics: 'Close lyrics',

  willPlayNext: (count: number) => (count === 1 ? 'Plays next' : `${songs(count)} play next`),
  addedToQueue: (count: number) => `${songs(count)} added to the queue`,
  undo: 'Undo',
  shuffled: 'Shuffle is on',
  unshuffled: 'Shuffle is off: back in order',
  repeats: { off: 'Repeat is off', all: 'Repeat is on', one: 'Repeats this song' },

  skipped: {
    missing: (title: string) => `The file of ${title} is gone. It is passed over.`,
    undecodable: (title: string) => `${title} cannot be decoded. It is passed over.`,
    refused: (title: string) => `${title} cannot be played now. It is passed over.`,
  },
  signedOut: 'You are signed out. The music goes on as soon as you are back.',
  signIn: 'Sign in',
  notAllowed: 'The browser wants a click before it plays.',
  nothingToPlay: 'There is nothing to play here.',
  failed: 'That did not work. Nothing was changed.',
  pageFailed: 'This page could not be loaded. The music goes on.',

  continueAt: (time: string) => `Continue at ${time}`,
  playingNow: 'Playing now',
  stoppedHere: 'Stopped just now',
  movedInList: (title: string, place: number) => `${title} is number ${place} now`,
  removedFromList: (title: string) => `${title} removed`,
};
