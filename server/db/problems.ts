import { defineProblem } from '../kit/index.ts';

export const databaseNewer = defineProblem({
  code: 'db/newer',
  status: 500,
  title: 'This database was written by a newer version of Evensong.',
});
export const databaseDamaged = defineProblem({
  code: 'db/damaged',
  status: 500,
  title: 'The database is damaged.',
});
export const diskFull = defineProblem({
  code: 'db/disk-full',
  status: 507,
  title: 'The disk is full, so this could not be saved. Nothing else was lost.',
});
export const dataFolderUnusable = defineProblem({
  code: 'db/data-folder-unusable',
  status: 500,
  title: 'The data folder cannot be used.',
});
export const dataFolderInUse = defineProblem({
  code: 'db/data-folder-in-use',
  status: 500,
  title: 'Another Evensong is running on this data folder.',
});
export const backupUnusable = defineProblem({
  code: 'db/backup-unusable',
  status: 500,
  title: 'That file is no backup Evensong can use.',
});
export const backupNotMade = defineProblem({
  code: 'db/backup-not-made',
  status: 409,
  title: 'The backup was not made.',
});
