import type { Scalar } from "../model/values.ts";

/**
 * The report's parameters. The bundler replaces this module by the real values, so that they are part of the bundle only if a cell
 * uses them. They are not part of its hash: the trial `output` observes which of them the cell reads. Outside a report there are none.
 */
export const reportParameters: Readonly<Record<string, Scalar>> = {};
