/** What taking music along says; apart from the player's words, for it is wanted late and seldom. */
export const words = {
  download: 'Download…',
  asItIs: 'As it is',
  asAac: 'As AAC, for a phone',
  preparing: (ready: number, of: number) => (of === 1 ? 'Making it ready' : `Making ready: ${ready} of ${of} songs`),
  stop: 'Stop',
  begins: (title: string) => (title ? `${title} is coming` : 'The download begins'),
  failed: 'That did not work. Nothing was downloaded.',
};
