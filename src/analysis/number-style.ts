/** Characters and words that formatted numbers use, which depend on the language. */
export interface NumberStyle {
  readonly decimal: string;
  /** Separator between groups of three digits. */
  readonly group: string;
  /** Word between the ends of an interval. */
  readonly to: string;
}

/** Style of English numbers: `1,234.5`. */
export const ENGLISH: NumberStyle = { decimal: ".", group: ",", to: "to" };

let find = (): NumberStyle => ENGLISH;

/** The style that `formatNumber()` uses now. */
export function numberStyle(): NumberStyle {
  return find();
}

/**
 * Sets the function that gives the number style, such as the language of the current report (src/language.ts). Cells
 * never set it and format in English.
 */
export function useNumberStyle(source: () => NumberStyle): void {
  find = source;
}

/** Converts the text of an English number, `1,234.5`, to the current number style. */
export function restyle(text: string): string {
  const { decimal, group } = find();
  if (decimal === ENGLISH.decimal && group === ENGLISH.group) return text;
  return text.replace(/[.,]/g, (sign) => (sign === "." ? decimal : group));
}
