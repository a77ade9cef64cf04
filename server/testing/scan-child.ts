import { openScanHouse } from './scan-house.ts';

/* A process that scans `media` into the database of `dir` and says how far it is, for tests that kill it. */
const [dir, media] = process.argv.slice(2);
const house = openScanHouse({ dir: dir!, media: media! });
const { id } = house.scan.request('child');
const timer = setInterval(() => process.stdout.write(`${house.one('SELECT count(*) FROM track')}\n`), 20);
await house.scan.idle();
clearInterval(timer);
process.stdout.write(`${house.scan.find(id)!.status}\n`);
await house.stop();
