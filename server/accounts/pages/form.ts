import { isProblem, type Problem } from '../../kit/index.ts';

/** A form that was sent is done, or comes back with what is wrong with it; any other failure is nobody's input. */
export const tryForm = async <T>(
  work: () => T | Promise<T>,
): Promise<{ kind: 'done'; value: T } | { kind: 'refused'; problem: Problem }> => {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    if (isProblem(error) && error.status < 500) return { kind: 'refused', problem: error };
    throw error;
  }
};

/** What is wrong with one field. */
export const faultOf = (problem: Problem, field: string): string | undefined =>
  problem.facts.errors?.find(({ path }) => path === field)?.message;

/** What is wrong with the whole, where no field is to blame. */
export const wholeFault = (problem: Problem): string | undefined => (problem.facts.errors ? undefined : problem.title);

/** The refused form's answer carries what the problem would have: Retry-After, RateLimit. */
export const withHeadersOf = (problem: Problem, answer: Response): Response => {
  for (const [name, value] of Object.entries(problem.facts.headers ?? {})) answer.headers.set(name, value);
  return answer;
};
