import { defineProblem } from '../kit/index.ts';

export const unknownOption = defineProblem({ code: 'config/unknown-option', status: 500, title: 'Unknown option.' });
export const badValue = defineProblem({ code: 'config/bad-value', status: 500, title: 'An option has a wrong value.' });
