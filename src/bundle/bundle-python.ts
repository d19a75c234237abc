import type { Cell, Report } from "../document/types.ts";
import type { Scalar } from "../model/values.ts";
import { readLocalModules } from "./python-modules.ts";
import type { Bundle } from "./types.ts";

/** Whether code may use the report's parameters: it contains the name of the module and of `params`. */
function asksForParams(code: string): boolean {
  return /\bheapbook\b/.test(code) && /\bparams\b|\bimport\s*\*/.test(code);
}

/**
 * Makes the program of a python cell, as JSON: its code, and the report's parameters if it may use them. Like the text of an ES
 * module, it is the main part of the fingerprint. It contains no modules: Python imports them itself, and the process reports
 * the files that it reads from the report's folder.
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
