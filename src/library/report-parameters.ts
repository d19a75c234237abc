import type { Scalar } from "../model/values.ts";

/**
 * The report's parameters. The bundler replaces this module by the real values, so that they are part of the bundle, and of its
 * hash, only if a cell uses them. Outside a report there are none.
 */
export const reportParameters: Readonly<Record<string, Scalar>> = {};
