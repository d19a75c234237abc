import type { Scalar } from "../model/values.ts";
import { currentTrial } from "./current-trial.ts";
import { reportParameters } from "./report-parameters.ts";

/**
 * The report's parameters (`params` of the front matter, as overridden with `-P`) and those of the variant (`matrix`),
 * which win where both have a name.
 */
// Values are what the author wrote; a cell knows their types better than we do, so they are not narrowed to Scalar.
// biome-ignore lint/suspicious/noExplicitAny: see above
export const params: Readonly<Record<string, any>> = /* @__PURE__ */ freeze();

function freeze(): Readonly<Record<string, Scalar>> {
  return Object.freeze({ ...reportParameters, ...currentTrial()?.variant });
}
