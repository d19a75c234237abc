import type { Scalar } from "../model/values.ts";

/**
 * The report's parameters. This file stands for them outside a report; the bundler puts the real values in its place, so
 * that they are part of the bundle, and so of its hash, just when a cell uses them.
 */
export const reportParameters: Readonly<Record<string, Scalar>> = {};
