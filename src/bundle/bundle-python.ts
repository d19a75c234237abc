import type { Cell, Report } from "../document/types.ts";
import type { Scalar } from "../model/values.ts";
import { readLocalModules } from "./python-modules.ts";
import type { Bundle } from "./types.ts";

/** Whether Python code may use the report's parameters: it contains both the module's name and `params`. */
function asksForParams(code: string): boolean {
  return /\bheapbook\b/.test(code) && /\bparams\b|\bimport\s*\*/.test(code);
}

/**
 * Makes the bundle of a python cell: JSON with its code, and the report's parameters if the code may use them. The
 * bundle is the main part of the fingerprint. It contains no modules: Python imports them itself, and the process
 * reports the files that it reads.
 */
export function bundlePython(report: Report, cell: Cell, params: Readonly<Record<string, Scalar>>): Bundle {
  const asks =
    asksForParams(cell.source) || readLocalModules(report.folder, cell.source).some((module) => asksForParams(module));
  const program = { source: cell.source, params: asks ? params : null };
  return {
    label: cell.label,
    code: JSON.stringify(program),
    map: "",
    resultImports: [],
    cellImports: [],
    usesTracemalloc: false,
    links: [],
  };
}
