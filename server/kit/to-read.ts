import { constants } from 'node:fs';

/**
 * How a file that others can put there is opened. Without O_NONBLOCK a named pipe in its place would hold one of the few
 * threads that all files share, for ever and past the end of the process's patience.
 */
export const TO_READ = constants.O_RDONLY | constants.O_NONBLOCK;
