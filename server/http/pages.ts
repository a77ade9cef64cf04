/** The second front door of http: what draws. A worker that imports http's index never meets JSX. */
export { createFrame } from './frame.tsx';
export type { FrameNeeds } from './frame.tsx';
