// Bundled into cells that compare, as compare.ts is.

/** What comparisons say, in English. */
export const ENGLISH = {
  more: "{amount} more",
  less: "{amount} less",
  times: "{factor} times as much",
  higher: "higher",
  lower: "lower",
  equal: "equal",
  tooFewTrials: "too few trials: {n}",
  exact: "exact",
} as const;

type PhraseKey = keyof typeof ENGLISH;

/** Says a phrase; `value` stands for its one placeholder. */
type Speaker = (key: PhraseKey, value?: string | number) => string;

let speak: Speaker = (key, value) => ENGLISH[key].replace(/\{\w+\}/, () => String(value));

/** A phrase in the language of now. Cells write English. */
export function phrase(key: PhraseKey, value?: string | number): string {
  return speak(key, value);
}

/** Sets where phrases come from: the language of the report at work (src/language.ts). */
export function usePhrases(speaker: Speaker): void {
  speak = speaker;
}
