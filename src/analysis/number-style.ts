/** Signs of a number's text. */
export interface NumberStyle {
  readonly decimal: string;
  /** Between groups of three digits. */
  readonly group: string;
  /** Word between the ends of an interval. */
  readonly to: string;
}

/** `1,234.5` */
export const ENGLISH: NumberStyle = { decimal: ".", group: ",", to: "to" };

let find = (): NumberStyle => ENGLISH;

/** The style of the numbers that are formatted now. */
export function numberStyle(): NumberStyle {
  return find();
}

/** Sets where the style comes from: the language of the report at work (src/language.ts). Cells format in English. */
export function useNumberStyle(source: () => NumberStyle): void {
  find = source;
}

/** The text of a number in English, `1,234.5`, in the style of now. */
export function restyle(text: string): string {
  const { decimal, group } = find();
  if (decimal === ENGLISH.decimal && group === ENGLISH.group) return text;
  return text.replace(/[.,]/g, (sign) => (sign === "." ? decimal : group));
}
