/**
 * scan: how music gets in. Walks the roots, reads tags, and tells the library what was added, changed, moved or went
 * missing. Not for what music there is (library) nor for measuring it (analysis, streaming).
 * Start reading at reading/reading.ts: what one file yields.
 */
export {};
