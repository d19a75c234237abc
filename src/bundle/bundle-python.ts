import type { Cell, Report } from "../document/types.ts";
import type { Scalar } from "../model/values.ts";
import { readLocalModules } from "./python-modules.ts";
import type { Bundle } from "./types.ts";

/** Whether code may ask for the report's parameters: it names both the module and what it takes of it. */
function asksForParams(code: string): boolean {
  return /\bheapbook\b/.test(code) && /\bparams\b|\bimport\s*\*/.test(code);
}

/**
 * What the process of a python cell is given, as JSON: its code, and the report's parameters where it asks for them. The text
 * is the fingerprint's main part, as that of an ES module is. Modules are not in it: Python finds them itself, and those of the
 * report's folder are observed when they are read.
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
