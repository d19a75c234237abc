import type { Scalar } from "../model/values.ts";
import { currentTrial } from "./measuring/current-trial.ts";
import { reportParameters } from "./report-parameters.ts";

/**
 * Parameters of the report (`params` of the front matter, overridden by `-P`) and of the variant (`matrix`). A
 * parameter of the variant overrides one of the report.
 */
// Typed as any: the author knows the type of each parameter, and `Scalar` would need a cast at each use.
// biome-ignore lint/suspicious/noExplicitAny: see above
export const params: Readonly<Record<string, any>> = /* @__PURE__ */ freeze();

function freeze(): Readonly<Record<string, Scalar>> {
  const trial = currentTrial();
  const all = Object.freeze({ ...reportParameters, ...trial?.variant });
  return trial?.probe.observeParameters?.(all, trial.variant) ?? all;
}
