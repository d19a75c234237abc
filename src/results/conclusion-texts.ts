import type { ConclusionId } from "../model/report-results.ts";

/** Subjects that a message names; further ones are only counted. */
const MOST_NAMED = 3;

/** Message of each conclusion: the finding with its subjects, then what to do. Markdown, of which only code in backticks is used. */
const TEXTS: Readonly<Record<Exclude<ConclusionId, "flag">, (subjects: readonly string[]) => string>> = {
  "work-after-region": (subjects) =>
    `Work goes on after the region that began it: ${list(subjects)}. What it allocates and keeps is not measured. Return its ` +
    "promise from the function given to `measure()`, or measure the whole run of the cell: without `measure()`.",
  "samples-differ": (subjects) =>
    `Trials that should give equal values differ: ${list(subjects)}. The table shows medians. The cell depends on something ` +
    "that changes between processes: look for the clock, random numbers without a seed (`random()` has one), and " +
    "asynchronous work whose order varies.",
  "peak-uncertain": (subjects) =>
    `The peak has no certain bounds: ${list(subjects)}. What a program keeps alive can depend on the clock, the network, or random ` +
    "numbers without a seed (`random()` has one). A search that ended early needs a longer `timeout` or a larger heap.",
  "observer-cost": (subjects) =>
    `Recording garbage collections slowed the cell: ${list(subjects)}. Report times from the probe \`time\`, which records ` +
    "nothing, and read pauses as upper bounds.",
  "heap-limit-near": (subjects) =>
    `The heap came within 10 % of its limit: ${list(subjects)} in use before a collection. Near the limit V8 collects ` +
    "more often, which dominates the times. Raise `--max-old-space-size`, unless the report studies the limit.",
  "first-trial-slow": (subjects) =>
    `The first trial was slower than all others: ${list(subjects)}. System caches were probably cold. Measure again with ` +
    "`--cache-refresh`, or use more `trials`: the median is then less affected by the first.",
  outliers: (subjects) =>
    `Outliers: ${list(subjects)}. An outlier is more than 10 robust standard deviations and more than 10 % from the median. ` +
    "A few outliers hardly change the median; if there are many, stop other programs and measure again with `--cache-refresh`.",
  "few-collections": (subjects) =>
    `Few garbage collections: ${list(subjects)}. Fewer than 5 are too small a sample for statements about pauses. Repeat the ` +
    "work more often, or make the young generation smaller (`--max-semi-space-size`).",
  "few-trials": (subjects) => {
    const alike = [...new Set(subjects.map((subject) => subject.replace(/ \(.*$/, "")))];
    const one = alike.length === 1 && alike[0] === "1 trial";
    return one
      ? "Only 1 trial: the variation between trials is unknown. Set `trials: 6` or more for a 95 % confidence interval."
      : `Only ${alike.join(" or ")}: the confidence intervals are the whole range of the samples, at a level below 95 %. ` +
          "Set `trials: 6` or more for a 95 % confidence interval.";
  },
  "lines-outside": (subjects) =>
    `Code that is not instrumented: ${list(subjects)}. Allocations of code in \`eval\` and \`with\` are assigned to the ` +
    "function or the line that runs the code; allocations of a worker are not counted.",
};

/** Formats the message of a conclusion about its subjects. */
export function conclusionText(id: keyof typeof TEXTS, subjects: readonly string[]): string {
  return TEXTS[id](subjects);
}

function list(subjects: readonly string[]): string {
  const named = subjects.slice(0, MOST_NAMED).join("; ");
  const rest = subjects.length - MOST_NAMED;
  return rest > 0 ? `${named}; and ${rest} more` : named;
}
