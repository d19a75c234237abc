import type { Scalar } from "../model/values.ts";

/**
 * The report's parameters; empty outside a report. The bundler replaces this module by the real values, and only in
 * bundles of cells that use them. The values are not part of the bundle's hash: the trial `output` observes which
 * parameters the cell reads.
 */
export const reportParameters: Readonly<Record<string, Scalar>> = {};
