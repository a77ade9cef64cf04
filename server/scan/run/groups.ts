import { folderGroup } from '../reading/index.ts';

export const segmentsOf = (folder: Buffer): string[] => folder.toString('utf8').split('/').filter(Boolean);

/** The folder of an album: disc folders count as their parent. */
export const groupOf = (folder: Buffer): string => folderGroup(segmentsOf(folder));

export const parentOf = (group: string): string => group.slice(0, Math.max(0, group.lastIndexOf('/')));
