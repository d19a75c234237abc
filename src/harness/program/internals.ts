/**
 * Node's own functions for Heapbook alone: `--expose-internals` opens `internal/…` for `require()`, and a program must not find these modules
 * among the built-in ones.
 */
import Module, { createRequire, syncBuiltinESMExports } from "node:module";
import { withoutWarnings } from "../without-warnings.ts";

/** Node's table of built-in modules. */
interface BuiltinModules {
  readonly map: ReadonlyMap<string, unknown>;
  canBeRequiredByUsers(id: string): boolean;
  allowRequireByUsers(id: string): void;
  setRealmAllowRequireByUsers(ids: readonly string[]): void;
  /** Node 24 and later. */
  getAllBuiltinModuleIds?(): string[];
  /** Node 20 and 22. */
  getCanBeRequiredByUsersWithoutSchemeList?(): string[];
}

/** Functions of Node written in C++. */
export type InternalBinding = (name: string) => Record<string, unknown>;

const internalRequire = createRequire(import.meta.url);

export function loadInternalBinding(): InternalBinding {
  try {
    // Node warns that the module is for tests.
    return withoutWarnings(
      () => (internalRequire("internal/test/binding") as { internalBinding: InternalBinding }).internalBinding,
    );
  } finally {
    // Node's module defines them for its tests.
    for (const name of ["internalBinding", "primordials"]) Reflect.deleteProperty(globalThis, name);
  }
}

/** Formatters of stacks that Node sets for single errors, such as those of failed tests. They come before `Error.prepareStackTrace`. */
export function loadStackOverrides(): object {
  return (internalRequire("internal/errors") as { overrideStackTrace: object }).overrideStackTrace;
}

/** Takes back what `--expose-internals` gives: `internal/…` is then unknown to `require()`, `import`, `isBuiltin` and `builtinModules`. */
export function hideInternals(): void {
  // A worker with arguments of its own does not have the flag.
  if (!Module.isBuiltin("internal/modules/helpers")) return;
  const { loadBuiltinModule } = internalRequire("internal/modules/helpers") as {
    loadBuiltinModule(id: string): object;
  };
  const table = loadBuiltinModule("fs").constructor as unknown as BuiltinModules;
  const ids = [...table.map.keys()].filter((id) => !id.startsWith("internal/") && table.canBeRequiredByUsers(id));
  table.setRealmAllowRequireByUsers(ids);
  // Modules that a flag of the user's has opened are not in the list that Node starts with.
  for (const id of ids) table.allowRequireByUsers(id);
  const all = table.getAllBuiltinModuleIds?.() ?? table.getCanBeRequiredByUsersWithoutSchemeList?.() ?? ids;
  // Node 24 lists `node:quic` here, which only a flag opens.
  const listed = all.filter((id) => Module.isBuiltin(id));
  const own = Object.getOwnPropertyDescriptor(Module, "builtinModules");
  Object.defineProperty(Module, "builtinModules", {
    ...own,
    value: Object.isFrozen(own?.value) ? Object.freeze(listed) : listed,
  });
  syncBuiltinESMExports();
}
