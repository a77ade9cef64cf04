/**
 * scan: how music gets in. Walks the roots, reads tags, and tells the library what was added, changed, moved or went
 * missing; then looks at covers and has exact lengths measured. One worker thread walks and writes, others read files.
 * Not for what music there is (library), nor for measuring sound itself (streaming, analysis).
 * Start reading at run/run-scan.ts (one scan from walk to counts), identity/ladder.ts and reading/reading.ts.
 */
export { createScan } from './service.ts';
export type { Phase, Scan, ScanNeeds, ScanState } from './service.ts';
export type { Length } from './passes.ts';
export { addFolder } from './add-folder.ts';
export type { Refused } from './add-folder.ts';
export { createRootService } from './roots.ts';
export type { RootService } from './roots.ts';
export { createScanRoutes, issueAnswer, rootAnswer, scanAnswer } from './routes.ts';
export { createWatch } from './watch.ts';
export type { Watch } from './watch.ts';
