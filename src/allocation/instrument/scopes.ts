import { STANDARD_GLOBALS } from "./standard-globals.ts";

/**
 * A function, or the top level of the module. A variable can change while an expression runs in two cases: another
 * frame assigns the variable, or the expression resumes the frame in which the variable is declared.
 */
export interface Frame {
  readonly parent: Frame | undefined;
  /**
   * Offset from which the function can be called: its own start, or the start of its block if the function is hoisted.
   */
  readonly reachableFrom: number;
  /** Whether another frame can resume this one. True for generators, async functions and modules that await. */
  suspends: boolean;
}

export interface Binding {
  readonly scope: Scope;
  /** Offset before which a read may throw (temporal dead zone). */
  readonly readyAt: number;
  /** Whether the variable is `import * as ns`, whose members esbuild resolves to variables. */
  readonly isNamespace: boolean;
  changesElsewhere: boolean;
  changesOnResume: boolean;
}

/** The variables of a function, a block or a module. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly frame: Frame;
  /** Offset at which the scope begins. */
  readonly start: number;
  readonly #bindings = new Map<string, Binding>();

  constructor(parent: Scope | undefined, frame: Frame, start: number) {
    this.parent = parent;
    this.frame = frame;
    this.start = start;
  }

  declare(name: string, readyAt: number, isNamespace = false, changesElsewhere = false): void {
    const known = this.#bindings.get(name);
    if (known !== undefined) return;
    this.#bindings.set(name, { scope: this, readyAt, isNamespace, changesElsewhere, changesOnResume: false });
  }

  resolve(name: string): Binding | undefined {
    let scope: Scope | undefined = this;
    while (scope !== undefined) {
      const binding = scope.#bindings.get(name);
      if (binding !== undefined) return binding;
      scope = scope.parent;
    }
    return undefined;
  }

  bindings(): Iterable<Binding> {
    return this.#bindings.values();
  }
}

/** Records that code in `scope` assigns the variable `name`. */
export function noteAssignment(scope: Scope, name: string, assignedGlobals: Set<string>): void {
  const binding = scope.resolve(name);
  if (binding === undefined) assignedGlobals.add(name);
  else if (binding.scope.frame !== scope.frame) binding.changesElsewhere = true;
  else if (scope.frame.suspends) binding.changesOnResume = true;
}

/**
 * Whether a read of a variable at `offset` is steady: it cannot throw, and has the same value anywhere in its
 * expression, whatever code the expression calls. Only steady reads may move.
 */
export function isSteady(scope: Scope, name: string, offset: number, assignedGlobals: ReadonlySet<string>): boolean {
  const binding = scope.resolve(name);
  if (binding === undefined) return STANDARD_GLOBALS.has(name) && !assignedGlobals.has(name);
  if (binding.changesElsewhere) return false;
  let frame: Frame | undefined = scope.frame;
  let readAt = offset;
  while (frame !== undefined && frame !== binding.scope.frame) {
    if (binding.changesOnResume) return false;
    readAt = frame.reachableFrom;
    frame = frame.parent;
  }
  return readAt >= binding.readyAt;
}
