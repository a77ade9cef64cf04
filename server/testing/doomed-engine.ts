import { openSegmentHouse, recordingOf } from './segment-house.ts';
import { planTrack } from '../streaming/plan.ts';

/* Started by a test, to be killed in the middle of a run: `doomed-engine.ts FOLDER FILE`. */
const [folder, path] = process.argv.slice(2);
if (!folder || !path) throw new Error('usage: doomed-engine.ts FOLDER FILE');
const house = await openSegmentHouse({ folder });
const plan = planTrack(await recordingOf(path, { fileId: 7, trackId: 7 }), 'aac256');
await house.bytesOf(plan, 0);
console.log('playing');
for (let k = 1; k < plan.grid.count; k++) await house.bytesOf(plan, k);
setInterval(() => undefined, 1000);
