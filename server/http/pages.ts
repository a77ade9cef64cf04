/** The second front door of http: what draws. A worker that imports http's index never meets JSX. */
export { createFrame, createProblemPage } from './answering/frame.tsx';
export type { FrameNeeds } from './answering/frame.tsx';
