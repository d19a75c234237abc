// Part of the bundle of cells that call `compare()`: must import no package.

/** English phrases that comparisons use, by key. */
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

/** Returns the text of a phrase; `value` replaces its placeholder. */
type Speaker = (key: PhraseKey, value?: string | number) => string;

let speak: Speaker = (key, value) => ENGLISH[key].replace(/\{\w+\}/, () => String(value));

/** A phrase in the current language. In cells the language is always English. */
export function phrase(key: PhraseKey, value?: string | number): string {
  return speak(key, value);
}

/** Sets the function that gives phrases in the current report's language (src/language.ts). */
export function usePhrases(speaker: Speaker): void {
  speak = speaker;
}
