export type FieldError = { path: string; message: string };

/** What a failure may tell the caller. Everything here is shown: never put a secret, a path or another's data in it. */
export type ProblemFacts = {
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
};

export type ProblemDefinition = {
  /** `room/what`, stable: clients match on it. */
  code: string;
  /** HTTP status. */
  status: number;
  /** One plain sentence. */
  title: string;
};

export type ProblemMaker = ((facts?: ProblemFacts) => Problem) & ProblemDefinition;

/** A failure that is data: one definition carries code, status and title; `http` alone turns it into an answer (RFC 9457). */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly facts: ProblemFacts;

  constructor(definition: ProblemDefinition, facts: ProblemFacts = {}) {
    super(facts.detail ? `${definition.title} ${facts.detail}` : definition.title);
    this.name = 'Problem';
    this.code = definition.code;
    this.status = definition.status;
    this.title = definition.title;
    this.facts = facts;
  }
}

/** Defines a failure once; the maker it answers builds `Problem`s of that kind and carries the definition itself. */
export const defineProblem = (definition: ProblemDefinition): ProblemMaker =>
  Object.assign((facts?: ProblemFacts) => new Problem(definition, facts), definition);

export const isProblem = (error: unknown, definition?: ProblemDefinition): error is Problem =>
  error instanceof Problem && (definition === undefined || error.code === definition.code);
