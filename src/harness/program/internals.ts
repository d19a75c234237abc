/**
 * Node's internal functions, for Heapbook alone. `--expose-internals` opens `internal/…` for `require()`; a program
 * must not find these modules among the built-in ones.
 */
import Module, { createRequire, syncBuiltinESMExports } from "node:module";
import { withoutWarnings } from "../without-warnings.ts";
import type { FatalEnhancers } from "./excerpts.ts";

/** Node's internal table of built-in modules. */
interface BuiltinModules {
  readonly map: ReadonlyMap<string, unknown>;
  canBeRequiredByUsers(id: string): boolean;
  allowRequireByUsers(id: string): void;
  setRealmAllowRequireByUsers(ids: readonly string[]): void;
  /** Only in Node 24 and later. */
  getAllBuiltinModuleIds?(): string[];
  /** Only in Node 20 and 22. */
  getCanBeRequiredByUsersWithoutSchemeList?(): string[];
}

/** Returns the functions of an internal C++ module of Node, by name. */
export type InternalBinding = (name: string) => Record<string, unknown>;

const internalRequire = createRequire(import.meta.url);

export function loadInternalBinding(): InternalBinding {
  try {
    // Node warns that the module is for tests only.
    return withoutWarnings(
      () => (internalRequire("internal/test/binding") as { internalBinding: InternalBinding }).internalBinding,
    );
  } finally {
    // Node's module defines these globals for its tests.
    for (const name of ["internalBinding", "primordials"]) Reflect.deleteProperty(globalThis, name);
  }
}

/**
 * Returns Node's map of stack formatters for single errors, such as those of failed tests. They take precedence over
 * `Error.prepareStackTrace`.
 */
export function loadStackOverrides(): object {
  return (internalRequire("internal/errors") as { overrideStackTrace: object }).overrideStackTrace;
}

/** Returns Node's functions that prepare an uncaught error for printing. */
export function loadFatalEnhancers(): FatalEnhancers {
  return (internalRequire("internal/errors") as { fatalExceptionStackEnhancers: FatalEnhancers })
    .fatalExceptionStackEnhancers;
}

/** Undoes `--expose-internals`: `require()`, `import`, `isBuiltin` and `builtinModules` then lack `internal/…`. */
export function hideInternals(): void {
  // In a worker with arguments of its own, the flag is off.
  if (!Module.isBuiltin("internal/modules/helpers")) return;
  const { loadBuiltinModule } = internalRequire("internal/modules/helpers") as {
    loadBuiltinModule(id: string): object;
  };
  const table = loadBuiltinModule("fs").constructor as unknown as BuiltinModules;
  const ids = [...table.map.keys()].filter((id) => !id.startsWith("internal/") && table.canBeRequiredByUsers(id));
  table.setRealmAllowRequireByUsers(ids);
  // Node's initial list lacks modules opened by a flag of the user, so each is allowed separately.
  for (const id of ids) table.allowRequireByUsers(id);
  const all = table.getAllBuiltinModuleIds?.() ?? table.getCanBeRequiredByUsersWithoutSchemeList?.() ?? ids;
  // Node 24 lists `node:quic` here, although only a flag opens it.
  const listed = all.filter((id) => Module.isBuiltin(id));
  const own = Object.getOwnPropertyDescriptor(Module, "builtinModules");
  Object.defineProperty(Module, "builtinModules", {
    ...own,
    value: Object.isFrozen(own?.value) ? Object.freeze(listed) : listed,
  });
  syncBuiltinESMExports();
}
