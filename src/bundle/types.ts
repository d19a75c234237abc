import type { ResultModule } from "../model/result-module.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { Scalar } from "../model/values.ts";

/** An import of a cell or of a result, and the cell in which it stands. */
export interface CellImport {
  readonly from: string;
  readonly scheme: "cell" | "result";
  readonly label: string;
}

/** A cell with everything it imports, as one ES module; of a python cell, its code and the parameters it asks for, as JSON. */
export interface Bundle {
  readonly label: string;
  /** The module's text: it contains every line and every upstream number the cell depends on. */
  readonly code: string;
  /** Source map (version 3, JSON; empty for a python cell, which keeps its lines) from `code` to report.md and to the modules beside it. */
  readonly map: string;
  /** Labels imported as `result:label`, sorted. */
  readonly resultImports: readonly string[];
  /** Labels imported as `cell:label`, directly or through another cell, sorted. */
  readonly cellImports: readonly string[];
  /** Whether the cell traces its own allocations: the library's `tracemalloc` is in it. */
  readonly usesTracemalloc: boolean;
  /** Every one of these imports, those of the cells it contains too. One in a module beside the report is the cell's own. */
  readonly links: readonly CellImport[];
}

export interface BundleInput {
  /** Report parameters, put into the bundle where the cell uses them. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** Results by label, for `result:` imports; a label that has none yet gives a bundle with an empty result. */
  readonly results: ReadonlyMap<string, ResultModule>;
  /** Where bundles are kept between renders. */
  readonly cache?: TextCache;
}
