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
