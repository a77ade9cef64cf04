import { planTrack } from '../streaming/plan.ts';
import { openSegmentHouse, recordingOf } from './segment-house.ts';

/* Started by a test: `noisy-engine.ts BINARY FILE`. Prints how much more memory runs of a binary take than those of the usual one. */
const [binary, path] = process.argv.slice(2);
if (!binary || !path) throw new Error('usage: noisy-engine.ts BINARY FILE');
const recording = await recordingOf(path);

/** The most memory in use during three runs. */
const peakOf = async (options: { binary?: string }): Promise<number> => {
  const house = await openSegmentHouse(options);
  let most = 0;
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 2);
  for (let i = 0; i < 3; i++) {
    const plan = planTrack({ ...recording, fileId: Math.random() }, 'aac64');
    for (let k = 0; k < plan.grid.count; k++) await house.bytesOf(plan, k);
    while (house.engine.running() > 0) await new Promise((next) => setTimeout(next, 10));
  }
  clearInterval(watching);
  await house.close();
  return most;
};
await peakOf({});
const quiet = await peakOf({});
console.log(JSON.stringify({ grownBytes: (await peakOf({ binary })) - quiet }));
