/**
 * events: the journal. Facts ("track.added", "scan.finished") are rows written in the transaction that makes them true;
 * consumers read them in order, at least once, each with a name and a cursor of its own.
 * Not for commands: those are function calls. Not for listening history: that is a table of listening and kept for ever.
 * Start reading at journal.ts.
 */
export { createJournal } from './journal.ts';
export type { Consumer, Fact, Journal } from './journal.ts';
