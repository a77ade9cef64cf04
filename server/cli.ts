import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Command } from 'commander';
import { resetPassword } from './accounts/index.ts';
import { optionsTable, readConfig } from './config/index.ts';

import {
  backUp,
  backupName,
  backupNotMade,
  backupUnusable,
  dataFolderUnusable,
  listBackups,
  openDataFolder,
  openDatabase,
  restoreBackup,
  type DataFolder,
} from './db/index.ts';
import { wantJob } from './jobs/index.ts';
import { isProblem, systemClock } from './kit/index.ts';
import { startFailure } from './start-failure.ts';

const home = fileURLToPath(new URL(import.meta.url.includes('/.build/') ? '../../' : '../', import.meta.url));
const migrationsFolder = join(home, 'migrations');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Where = { data?: string };

const dataDirOf = ({ data }: Where): string => {
  const given = new Map(data === undefined ? [] : [['EVENSONG_DATA', data]]);
  return readConfig({ env: process.env, cwd: process.cwd(), given }).dataDir;
};

/** Works while the server runs: it reads a consistent copy through SQLite. */
const backup = (file: string | undefined, where: Where): void => {
  const dataDir = dataDirOf(where);
  const source = join(dataDir, 'evensong.db');
  if (!existsSync(source)) throw backupNotMade({ detail: `There is no database in ${dataDir} yet.` });
  const db = openDatabase(source, { durability: 'full', readonly: true });
  try {
    const target = file ? resolve(file) : join(dataDir, 'backups', backupName('manual', Date.now()));
    if (existsSync(target)) throw backupNotMade({ detail: `${target} exists already: choose another name.` });
    backUp(db, target);
    say(`Backed up to ${target}, and checked by opening it.`);
  } finally {
    db.close();
  }
};

/** A path, or the name of one of the backups kept; nothing: the newest of them that a restore did not set aside. */
const fileToRestore = (file: string | undefined, folder: DataFolder): string => {
  if (file !== undefined) return existsSync(file) ? resolve(file) : join(folder.backupsFolder, file);
  const newest = listBackups(folder.backupsFolder).find(({ kind }) => kind !== 'before-restore');
  if (!newest) throw backupUnusable({ detail: `There is none in ${folder.backupsFolder}: name a file.` });
  return join(folder.backupsFolder, newest.name);
};

const restore = (file: string | undefined, where: Where): void => {
  const folder = openDataFolder(dataDirOf(where));
  try {
    const from = fileToRestore(file, folder);
    const { setAside } = restoreBackup(from, { folder, migrationsFolder, now: Date.now() });
    say(`Restored ${from}.`);
    if (setAside) say(`What was there before is kept as ${setAside}.`);
  } finally {
    folder.close();
  }
};

/** Typed without showing it, or the first line of what is piped in. Never an argument: those are visible to every user. */
const askPassword = async (): Promise<string> => {
  if (process.stdin.isTTY) process.stderr.write('New password: ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
  try {
    for await (const line of reader) return line;
    return '';
  } finally {
    reader.close();
    if (process.stdin.isTTY) process.stderr.write('\n');
  }
};

const password = async (name: string | undefined, where: Where): Promise<void> => {
  const file = join(dataDirOf(where), 'evensong.db');
  if (!existsSync(file))
    throw dataFolderUnusable({ detail: `There is no database ${file}: name its folder with --data DIR.` });
  const db = openDatabase(file, { durability: 'full' });
  try {
    const person = await resetPassword(
      { db, clock: systemClock },
      { password: await askPassword(), ...(name === undefined ? {} : { name }) },
    );
    say(`${person.name} (${person.role}) has a new password; every session and token of theirs has ended.`);
  } finally {
    db.close();
  }
};

/** Whether a server has this folder: it is tried by taking it. */
const isServed = (dataDir: string): boolean => {
  try {
    openDataFolder(dataDir).close();
    return false;
  } catch (error) {
    if (isProblem(error) && error.code === 'db/data-folder-in-use') return true;
    throw error;
  }
};

const reindex = async (where: Where): Promise<void> => {
  const dataDir = dataDirOf(where);
  const file = join(dataDir, 'evensong.db');
  if (!existsSync(file))
    throw dataFolderUnusable({ detail: `There is no database ${file}: name its folder with --data DIR.` });
  const isRunning = isServed(dataDir);
  const db = openDatabase(file, { durability: 'full' });
  try {
    const run = await wantJob(db, 'reindex', { now: Date.now(), isRunning });
    say(run?.summary ?? 'The server is not running: the search index is made anew when it starts.');
    if (run && run.state !== 'done') process.exitCode = 1;
  } finally {
    db.close();
  }
};

const program = new Command('npm run evensong --').description('The house from the command line.');
const withData = (command: Command): Command =>
  command.option('--data <dir>', 'the data folder (EVENSONG_DATA, ./.data)');

withData(program.command('backup [file]').description('back the database up; works while the server runs')).action(
  backup,
);
withData(
  program
    .command('restore [file]')
    .description('put a backup in its place (the newest, or one you name); stop the server first'),
).action(restore);
withData(
  program
    .command('password [name]')
    .description('give the owner (or somebody else) a new password; asks for it, or reads it from a pipe'),
).action(password);
withData(
  program
    .command('reindex')
    .description('make the search index anew while the old one answers; works while the server runs'),
).action(reindex);
program
  .command('options')
  .description('the table of options, as the README has it')
  .action(() => say(optionsTable()));

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.stderr.write(`evensong: ${startFailure(error)}\n`);
  process.exit(1);
}
