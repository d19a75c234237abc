import type { ConclusionId } from "../model/report-results.ts";
import { join, joinSentences } from "../words/punctuation.ts";
import { say, sayList } from "../words/say.ts";

/** Number of subjects that a message names; further ones are only counted. */
const MOST_NAMED = 3;

/** Message of each conclusion: the finding with its subjects, then what to do. */
const TEXTS = {
  "work-after-region": "concludeWork",
  "unseen-memory": "concludeUnseen",
  "samples-differ": "concludeDiffer",
  "peak-uncertain": "concludePeak",
  "observer-cost": "concludeObserver",
  "heap-limit-near": "concludeLimit",
  "first-trial-slow": "concludeFirst",
  outliers: "concludeOutliers",
  "few-collections": "concludeFewCollections",
  "few-trials": "concludeFewTrials",
  "lines-outside": "concludeOutside",
} as const satisfies Readonly<Record<Exclude<ConclusionId, "flag">, string>>;

/**
 * The message of a conclusion about its subjects, as Markdown that contains only text and code in backticks.
 * @param remedies sentences on what to do, after the message, each once
 */
export function conclusionText(
  id: keyof typeof TEXTS,
  subjects: readonly string[],
  remedies: readonly string[] = [],
): string {
  if (id !== "few-trials") return joinSentences([say(TEXTS[id], { list: list(subjects) }), ...new Set(remedies)]);
  const alike = [...new Set(subjects.map((subject) => subject.split(/ \(|（/, 1)[0] ?? ""))];
  return alike.length === 1 && alike[0] === say("trials", { n: 1 })
    ? say("concludeOneTrial", { n: 1 })
    : say(TEXTS[id], { list: sayList(alike, "listOr") });
}

function list(subjects: readonly string[]): string {
  const named = subjects.slice(0, MOST_NAMED);
  const rest = subjects.length - MOST_NAMED;
  return join(rest > 0 ? [...named, say("andMore", { n: rest })] : named, "semicolon");
}
