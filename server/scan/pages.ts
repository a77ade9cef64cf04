/** The second front door of scan: its pages. */
export { createScanPages } from './scan-pages.tsx';
export type { ScanPageNeeds } from './scan-pages.tsx';
export { createWelcomePages } from './welcome-pages.tsx';
export type { WelcomePageNeeds } from './welcome-pages.tsx';
