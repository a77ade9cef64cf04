/**
 * Reading: from the bytes of one file to what it says of itself.
 *
 * Knows files and formats, nothing of the library, the database or who asks. `openReader` runs it in worker threads
 * with a limit per file; everything else here is pure. Start at reading.ts for the shape of the answer.
 */
export * from './reading.ts';
