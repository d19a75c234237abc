import type { Observation } from "../model/observations.ts";
import type { Params } from "../model/values.ts";
import { canonicalJson } from "./hash.ts";

/** Whether an observation is of the kind `param` or `param-names`. */
export function isOfParameters({ kind }: Pick<Observation, "kind">): boolean {
  return kind === "param" || kind === "param-names";
}

/** An observation of parameters with its value under `params`, as JSON; null if no parameter has that name. */
export function observeParameter({ kind, name }: Observation, params: Params): Observation {
  if (kind === "param-names") return { kind, name, value: canonicalJson(Object.keys(params).sort()) };
  return { kind, name, value: Object.hasOwn(params, name) ? JSON.stringify(params[name]) : null };
}

/** Describes how an observed parameter differs under `params`: `` `scale` 2 → 3 ``. */
export function explainParameter({ kind, name, value }: Observation, params: Params): string {
  if (kind === "param-names") return "the list of parameters changed";
  return `\`${name}\` ${value === null ? "none" : String(JSON.parse(value))} → ${params[name] ?? "none"}`;
}
