/** The second front door of scan: its page. */
export { createScanPages } from './scan-pages.tsx';
export type { ScanPageNeeds } from './scan-pages.tsx';
