/** What a person can mend: says what is wrong, where, and what to do. Never quotes the content of an input. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly problems: readonly Problem[];
  constructor(problems: Problem | readonly Problem[]) {
    const all = 'what' in problems ? [problems] : problems;
    super(all.map(describeProblem).join('\n'));
    this.problems = all;
  }
}

/** One thing that is wrong: `where` is a file with an optional `:line:column`, a key or a flag; `todo` says what to do. */
export interface Problem {
  what: string;
  where?: string;
  todo?: string;
}

export function describeProblem(problem: Problem): string {
  const place = problem.where === undefined ? '' : `${problem.where}: `;
  return `${place}${problem.what}${problem.todo === undefined ? '' : ` ${problem.todo}`}`;
}

/** Nothing of what was asked for could be read: no cluster is judged. */
export class NothingRead extends Error {
  override readonly name = 'NothingRead';
  /** There is no credential, or it is let in nowhere; else Azure could not be reached or failed. */
  readonly refused: boolean;
  readonly todo: string | undefined;
  constructor(message: string, refused: boolean, todo?: string) {
    super(message);
    this.refused = refused;
    this.todo = todo;
  }
}
