import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/*
 * THIRD-PARTY-NOTICES, made from the lock file (which packages ship) and from the installed packages (their words). Packages
 * for one platform only are listed by their lock entry, not by what this machine happens to have installed.
 */
type Locked = {
  version: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  os?: string[];
  cpu?: string[];
};
export type Shipped = { name: string; version: string; licence: string; platformOnly: boolean };

const LICENCE_FILE = /^(licen[cs]e|copying|notice|ofl)([.-].*)?$/i;

const readLock = (project: string): [string, Locked][] => {
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(lock.packages).filter(([path]) => path !== '');
};

/** Packages from before npm asked for a licence in package.json; their LICENSE file says which. */
const STATED_ELSEWHERE: Record<string, string> = { async: 'MIT' };

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

const licenceOf = (name: string, stated: string | undefined): string =>
  stated ?? STATED_ELSEWHERE[name] ?? 'not stated';

/** Every package of the lock file with its licence, development tools included. */
export const allLicences = (project: string): { name: string; licence: string }[] =>
  readLock(project).map(([path, { license }]) => ({ name: nameOf(path), licence: licenceOf(nameOf(path), license) }));

/** The packages that run in a household, each name and version once. */
export const shippedPackages = (project: string): (Shipped & { path: string })[] =>
  readLock(project)
    .filter(([, entry]) => !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({
      path,
      name: nameOf(path),
      version: entry.version,
      licence: licenceOf(nameOf(path), entry.license),
      platformOnly: entry.os !== undefined || entry.cpu !== undefined,
    }))
    .sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1))
    .filter((p, i, all) => p.name !== all[i - 1]?.name || p.version !== all[i - 1]?.version);

const words = (folder: string): string => {
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder)
    .filter((name) => LICENCE_FILE.test(name))
    .sort();
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
  return texts.join('\n\n').replace(/[ \t]+$/gm, '');
};

const HEAD = `Third-party notices
===================

Evensong is MIT-licensed (LICENSE). It runs with the packages below, each under its own licence. This file is
generated from the lock file and the installed packages: node --import tsx server/testing/write-docs.ts

The static ffmpeg that a first start may fetch is GPL-3.0 and its own program: it is not part of this work, and its licence
lies beside it in .tools/. Icons: Lucide (ISC). Typeface: Commissioner (OFL-1.1).
`;

/** The whole file. */
export const notices = (project: string): string => {
  const shipped = shippedPackages(project);
  const list = shipped.map((p) => `${p.name} ${p.version}: ${p.licence}`);
  const byText = new Map<string, string[]>();
  for (const { path, name, platformOnly } of shipped) {
    const text = platformOnly ? '' : words(join(project, path));
    if (text) byText.set(text, [...(byText.get(text) ?? []), name]);
  }
  const texts = [...byText].map(([text, names]) => `${'-'.repeat(80)}\n${names.join(', ')}\n\n${text}\n`);
  return [HEAD, ...list, '', ...texts].join('\n');
};
