import type { ResultModule } from "../model/result-module.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { Scalar } from "../model/values.ts";

/** An import of a cell or a result. `from`: label of the importing cell. */
export interface CellImport {
  readonly from: string;
  readonly scheme: "cell" | "result";
  readonly label: string;
}

/**
 * A cell with everything it imports, as one ES module. For a python cell: its code and the parameters that it uses, as
 * JSON.
 */
export interface Bundle {
  readonly label: string;
  /** Text of the module. It contains all code and all imported numbers that the cell depends on. */
  readonly code: string;
  /** Source map (version 3, JSON; empty for a python cell, which keeps its lines) from `code` to report.md and to the modules beside it. */
  readonly map: string;
  /** Labels imported as `result:label`, sorted. */
  readonly resultImports: readonly string[];
  /** Labels imported as `cell:label`, directly or through another cell, sorted. */
  readonly cellImports: readonly string[];
  /** Whether the cell traces its own allocations, with the library's `tracemalloc`. */
  readonly usesTracemalloc: boolean;
  /**
   * All `cell:` and `result:` imports, including those of other cells in the bundle. An import in a module beside the
   * report counts as one of the cell.
   */
  readonly links: readonly CellImport[];
}

export interface BundleInput {
  /** Parameters of the report; the bundle contains them if the cell uses them. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** Results by label, for `result:` imports; a label that is missing here is imported as an empty result. */
  readonly results: ReadonlyMap<string, ResultModule>;
  /** Cache of bundles between renders. */
  readonly cache?: TextCache;
}
