import { didYouMean, UserError } from "../errors.ts";
import type { ConclusionId } from "../model/report-results.ts";
import type { YamlReading } from "./yaml.ts";

/** A record, so that the compiler misses an id that is not here. */
const IDS: Readonly<Record<ConclusionId, true>> = {
  flag: true,
  "samples-differ": true,
  "peak-missed": true,
  "heap-limit-near": true,
  "observer-cost": true,
  "first-trial-slow": true,
  outliers: true,
  "few-collections": true,
  "few-trials": true,
  "lines-outside": true,
};

/** What a cell's `silence` may name: every kind of conclusion. */
export const CONCLUSION_IDS = Object.keys(IDS) as readonly ConclusionId[];

/** The conclusions to leave out; problems (`unknown-conclusion`) are added to `errors`. */
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
    const message = isAll ? "`silence: all` stands alone." : `There is no conclusion \`${word}\` to silence.`;
    const hint = isAll ? "Leave out the others." : didYouMean(word, ["all", ...CONCLUSION_IDS], "conclusions");
    errors.push(new UserError(message, { code: "unknown-conclusion", position: yaml.position(["silence"]), hint }));
    return [];
  });
}
