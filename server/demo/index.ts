/**
 * demo: a library to hear before one's own is there. Twelve short pieces on three albums, composed, played and
 * encoded by the program itself, in four formats, with covers and synced lyrics; one album flows without gaps. Not
 * for test signals (testing/audio.ts), nor for how roots are added (intake.ts does it with what is exported here). Start
 * reading at catalogue.ts (what there is), then compose.ts, instruments.ts and mix.ts.
 */
export { createDemo, type Demo, type DemoNeeds } from './service.ts';
