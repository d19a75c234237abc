import { didYouMean, UserError } from "../errors.ts";
import type { ConclusionId } from "../model/report-results.ts";
import type { YamlReading } from "./yaml.ts";

/** All ids of conclusions. A record, so that the compiler reports an id that is missing here. */
const IDS: Readonly<Record<ConclusionId, true>> = {
  flag: true,
  "work-after-region": true,
  "unseen-memory": true,
  "samples-differ": true,
  "peak-uncertain": true,
  "heap-limit-near": true,
  "observer-cost": true,
  "first-trial-slow": true,
  outliers: true,
  "few-collections": true,
  "few-trials": true,
  "lines-outside": true,
};

/** Every kind of conclusion; `silence` may name each. */
export const CONCLUSION_IDS = Object.keys(IDS) as readonly ConclusionId[];

/** Validates the option `silence`: the conclusions that a cell hides. Adds `unknown-conclusion` to `errors`. */
export function checkSilence(
  written: readonly string[],
  yaml: YamlReading,
  errors: UserError[],
): "all" | readonly ConclusionId[] {
  if (written.length === 1 && written[0] === "all") return "all";
  return written.flatMap((word) => {
    const id = CONCLUSION_IDS.find((one) => one === word);
    if (id !== undefined) return [id];
    const isAll = word === "all";
    const message = isAll ? "`silence` cannot have `all` beside other names." : `Unknown conclusion \`${word}\`.`;
    const hint = isAll ? "Remove the other names." : didYouMean(word, ["all", ...CONCLUSION_IDS], "conclusions");
    errors.push(new UserError(message, { code: "unknown-conclusion", position: yaml.position(["silence"]), hint }));
    return [];
  });
}
