import type { ConclusionId } from "../model/report-results.ts";

/** More subjects than these are counted, not named. */
const MOST_NAMED = 3;

/** What each conclusion says of its subjects: what was found, and what to do. Markdown: code in backticks, nothing else. */
const TEXTS: Readonly<Record<Exclude<ConclusionId, "flag">, (subjects: readonly string[]) => string>> = {
  "samples-differ": (subjects) =>
    `Trials that should agree do not: ${list(subjects)}. Their medians are shown. Something from outside reaches the ` +
    "cell: look for the clock, random numbers without a seed (`random()` has one), or asynchronous work in changing order.",
  "peak-missed": (subjects) =>
    `The peak lies between checkpoints: ${list(subjects)}. Call \`checkpoint()\` where most is alive, or quote the bracket.`,
  "observer-cost": (subjects) =>
    `Recording collections cost time: ${list(subjects)}. Quote times of the probe \`time\`, which records nothing, and ` +
    "take pauses for upper bounds.",
  "heap-limit-near": (subjects) =>
    `The heap came within 10 % of its limit: ${list(subjects)}, before a collection. So near, V8 collects ever more ` +
    "often, and times are of that. Raise `--max-old-space-size`, unless the limit is what the report is about.",
  "first-trial-slow": (subjects) =>
    `The first trial was slower than all others: ${list(subjects)}. Caches of the system were probably cold. ` +
    "Measure again with `--cache-refresh`, or give more `trials`, of which the median forgets the first.",
  outliers: (subjects) =>
    `Outliers: ${list(subjects)} (10 robust standard deviations, and 10 % or more, from the median). The median hardly ` +
    "feels them; if they are many, quieten the machine and measure again with `--cache-refresh`.",
  "few-collections": (subjects) =>
    `Few collections: ${list(subjects)}. Fewer than 5 say little about pauses or the collector. Repeat the work more ` +
    "often, or give it less room (`--max-semi-space-size`).",
  "few-trials": (subjects) => {
    const alike = [...new Set(subjects.map((subject) => subject.replace(/ \(.*$/, "")))];
    const one = alike.length === 1 && alike[0] === "1 trial";
    return one
      ? "1 trial: how much its numbers vary is unknown. Give `trials: 6` or more for a 95 % interval."
      : `${alike.join(" or ")}: intervals are the whole range of the samples, with less than 95 % confidence. ` +
          "Give `trials: 6` or more for a 95 % interval.";
  },
  "lines-outside": (subjects) =>
    `Outside of what is traced by line: ${list(subjects)}. What the code of \`eval\` and of \`with\` allocates is told of the ` +
    "function or the line that runs it; what a worker allocates is not told.",
};

/** The message of a conclusion about its subjects, in the order found. */
export function conclusionText(id: keyof typeof TEXTS, subjects: readonly string[]): string {
  return TEXTS[id](subjects);
}

function list(subjects: readonly string[]): string {
  const named = subjects.slice(0, MOST_NAMED).join("; ");
  const rest = subjects.length - MOST_NAMED;
  return rest > 0 ? `${named}; and ${rest} more` : named;
}
