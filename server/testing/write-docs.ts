// Writes what documentation is generated: the README's options table and THIRD-PARTY-NOTICES. A test holds them current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notices } from './notices.ts';
import { withOptionsTable } from './readme.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const readme = join(project, 'README.md');
writeFileSync(readme, withOptionsTable(readFileSync(readme, 'utf8')));
writeFileSync(join(project, 'THIRD-PARTY-NOTICES'), notices(project));
