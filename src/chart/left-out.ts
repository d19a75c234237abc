import type { LeftOut } from "../model/ready-charts.ts";
import { nameMetric } from "../words/metric-names.ts";
import { join, withColon } from "../words/punctuation.ts";
import { say } from "../words/say.ts";

/** Sentence that names the variants which a chart or a table does not show, each with the reason. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string {
  const parts = leftOut.map((one) => (one.name === "" ? reasonOf(one) : withColon(one.name, reasonOf(one))));
  return say("notShown", { list: join(parts, "semicolon") });
}

function reasonOf({ why, metric = "" }: LeftOut): string {
  switch (why) {
    case "unbound":
      return say("peakNotBound");
    case "untraced":
      return say("linesNotTraced");
    case "peak-unseen":
      return say("peakNotSeen");
    default:
      return say("notMeasured", { metric: nameMetric(metric) });
  }
}
