import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { houseFlags } from '../bootstrap/house-flags.mjs';
import { optionsTable } from '../config/index.ts';
import { project } from './child-server.ts';
import { allLicences, notices } from './notices.ts';
import { withOptionsTable } from './readme.ts';

const read = (name: string): string => readFileSync(join(project, name), 'utf8');
const HINT = 'run: node --import tsx server/testing/write-docs.ts';
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);

describe('the README', () => {
  const readme = read('README.md');

  test('has the table of options as the code has them', () => {
    expect(readme === withOptionsTable(readme), HINT).toBe(true);
  });

  test('names only commands and variables that exist', () => {
    const named = Array.from(readme.matchAll(/npm run ([\w-]+)/g), (m) => String(m[1]));
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
    const cli = read('server/cli.ts');
    const asked = Array.from(readme.matchAll(/npm run evensong -- (\w+)/g), (m) => String(m[1]));
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((name) => !cli.includes(`command('${name}`))).toEqual([]);
    const variables = new Set(readme.match(/EVENSONG_[A-Z_]+/g));
    expect([...variables].filter((name) => !optionsTable().includes(`\`${name}\``))).toEqual([]);
  });

  test('tells CI and people the same test command', () => {
    expect(readme).toContain('\nnpm test\n');
    expect(read('.ci/run').trimEnd().endsWith('\nnpm test')).toBe(true);
  });
});

describe('licences', () => {
  test('THIRD-PARTY-NOTICES is what the lock file and the packages say', () => {
    expect(read('THIRD-PARTY-NOTICES') === notices(project), HINT).toBe(true);
  });

  test('nothing under GPL or AGPL is in the tree, and every package states its licence', () => {
    const doubtful = allLicences(project).filter(({ licence }) => /(^|[^L])A?GPL|not stated|UNLICENSED/i.test(licence));
    expect(doubtful).toEqual([]);
  });
});

test('every script of package.json is a command of the bootstrap', () => {
  const commands = read('server/bootstrap/commands.mjs');
  for (const script of scripts) expect(commands).toMatch(new RegExp(`^  ${script}: `, 'm'));
});

test('the lock file carries no download addresses', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});

describe('the container', () => {
  const dockerfile = read('docker/Dockerfile').replaceAll(/\\\n\s*/g, ' ');
  const lines = dockerfile.split('\n').filter((line) => line && !line.startsWith('#'));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  test('has only instructions that Docker knows, each image pinned to a line', () => {
    const known = /^(FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|HEALTHCHECK|CMD) /;
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
    const images = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]);
    expect(images.every((image) => /:\d[\w.-]+$/.test(image ?? ''))).toBe(true);
  });

  test('is built in one stage and run in another, by an ordinary user, with a health check', () => {
    expect(lines.filter((line) => line.startsWith('FROM '))).toHaveLength(2);
    expect(last).toContain('USER node');
    const program = last.findIndex((line) => line.startsWith('CMD '));
    expect(last.indexOf('USER node')).toBeLessThan(program);
    expect(last.some((line) => line.startsWith('HEALTHCHECK ') && line.includes('/health/ready'))).toBe(true);
  });

  test('runs the house as `npm start` does', () => {
    const command = JSON.stringify(['node', ...houseFlags, '.build/server/main.js']).replaceAll(',', ', ');
    expect(last).toContain(`CMD ${command}`);
  });

  test('copies only what there is, and runs only what the bootstrap knows', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.filter((path) => !existsSync(join(project, path)))).toEqual([]);
    const commands = read('server/bootstrap/commands.mjs');
    const used = Array.from(dockerfile.matchAll(/node server\/bootstrap\.mjs (\w+)/g), (m) => String(m[1]));
    expect(used).toEqual(['packages', 'build']);
    for (const name of used) expect(commands).toMatch(new RegExp(`^  ${name}: `, 'm'));
  });

  test('and Compose set only variables that exist', () => {
    const variables = new Set((dockerfile + read('docker/compose.yaml')).match(/EVENSONG_[A-Z_]+/g));
    expect([...variables].filter((name) => !optionsTable().includes(`\`${name}\``))).toEqual([]);
  });
});
