import { mintSecret } from '../../kit/index.ts';

/** One per answer, in the log and in problems. Not a secret: a prefix per process and a counter are unique and cost nothing. */
const process = mintSecret(8);
let count = 0;

export const nextRequestId = (): string => `req_${process}${(count++).toString(36)}`;
