/** A typo in a label, reference or expression that the page would show as text: what is wrong, and what to write. */
export interface Slip {
  readonly message: string;
  readonly hint: string;
}

/** Prefixes of labels in Heapbook, each with a pattern of prefixes that other systems use or authors write instead. */
const BEGINNINGS: readonly (readonly [label: string, others: string])[] = [
  ["fig", "fig|figure|image|img|abb|abbildung|figura|plot"],
  ["tbl", "tbl|tab|table|tabelle|tableau|tabla|tabella"],
  ["sec", "sec|section|chap|chapter|ch|kap|kapitel|abschnitt"],
  ["eq", "eq|eqn|equation|gl|gleichung|formula"],
  ["lst", "lst|listing|list|code"],
];

const REFERENCE = new RegExp(
  `(?<![\\p{L}\\p{N}_@./\\\\-])@((${BEGINNINGS.map(([, others]) => others).join("|")})([-:_])([\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_-]*))`,
  "gu",
);
const OWN_LABEL = /^(?:fig|tbl|sec|eq|lst)-/;

/** Finds references whose prefix no label has: `@tab-x`, `@figure-1`, `@fig:x`, `@fig_x`. */
export function findMistypedReferences(text: string): Slip[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, name = "", beginning = "", , rest = ""]) => {
    if (OWN_LABEL.test(name)) return [];
    const [label = ""] = BEGINNINGS.find(([, others]) => others.split("|").includes(beginning)) ?? [];
    return {
      message: `\`@${name}\` is no reference, and the page shows it as text.`,
      hint: `Did you mean \`@${label}-${rest}\`? Labels begin with fig-, tbl-, sec-, eq- or lst-.`,
    };
  });
}

/** A hint for attributes with a wrong label, such as `{#tab-x}`; undefined if the label is not the mistake. */
export function hintForLabel(attributes: string): string | undefined {
  const id = /#([^\s#.={}"']+)/.exec(attributes)?.[1];
  if (id === undefined) return undefined;
  if (OWN_LABEL.test(id))
    return /\s\.[A-Za-z]/.test(attributes) ? `The caption of a table takes a label alone: {#${id}}` : undefined;
  const [slip] = findMistypedReferences(`@${id}`);
  const right = /`@(.*)`\?/.exec(slip?.hint ?? "")?.[1];
  return right === undefined ? undefined : `Did you mean {#${right}}?`;
}

const EXPRESSION =
  /(?<![{\\$\p{L}\p{N}])(\{\s*(params\.[\p{L}\p{N}_.-]+|(?:metric|ratio|percent|difference|bytes|ms|count|interval)\s+[^{}\n]{1,200})\})(?!\})/gu;

/** Finds expressions with single braces: `{params.n}`. */
export function findSingleBraces(text: string): Slip[] {
  return [...text.matchAll(EXPRESSION)].map(([, raw = "", inner = ""]) => ({
    message: `\`${raw}\` has one brace at each end, and the page shows it as text.`,
    hint: `Write {{${inner.trim()}}}.`,
  }));
}

/** Finds a label without a closing brace at the end of a text: `## Method {#sec-m`. */
export function findOpenLabel(text: string): Slip | undefined {
  const raw = /(?<!\\)\{#(?:sec|fig|tbl|eq|lst)-[\p{L}\p{M}\p{N}_-]*\s*$/u.exec(text)?.[0].trim();
  if (raw === undefined) return undefined;
  return { message: `\`${raw}\` is not closed, and the page shows it as text.`, hint: `Write ${raw}}.` };
}
