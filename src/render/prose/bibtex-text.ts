import type { BibliographyEntry } from "./bibliography.ts";
import { replaceCommands } from "./tex-commands.ts";

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
  n: "ⁿ",
  "+": "⁺",
  "-": "⁻",
};
const SUBSCRIPTS: Readonly<Record<string, string>> = {
  0: "₀",
  1: "₁",
  2: "₂",
  3: "₃",
  4: "₄",
  5: "₅",
  6: "₆",
  7: "₇",
  8: "₈",
  9: "₉",
  "+": "₊",
  "-": "₋",
};

/**
 * Replaces TeX that the BibTeX parser ignores or misreads: commands, logos such as `\LaTeX`, and formulas such as `$O(n^2)$`.
 * Keeps the number of lines.
 */
export function plainTex(source: string): string {
  return replaceCommands(source)
    .replace(/\{\\((?:La|Bib|Xe)?TeX)\}/g, "$1")
    .replace(/\\((?:La|Bib|Xe)?TeX)(?:\{\}|\\ |(?![A-Za-z]))/g, "$1")
    .replace(/(?<!\\)\$([^$\n]{1,200})\$/g, (_, formula: string) => plainFormula(formula));
}

/** Converts a formula to plain text: `n^2` to `n²`, `\log n` to `log n`. */
function plainFormula(formula: string): string {
  const raise =
    (table: Readonly<Record<string, string>>, mark: string) => (_whole: string, braces?: string, one?: string) => {
      const text = braces ?? one ?? "";
      const raised = [...text].map((character) => table[character]);
      return raised.every((each) => each !== undefined)
        ? raised.join("")
        : `${mark}${text.length > 1 ? `(${text})` : text}`;
    };
  return (
    formula
      .replace(/\^(?:\{([^{}]*)\}|(\w))/g, raise(SUPERSCRIPTS, "\\^{}"))
      .replace(/_(?:\{([^{}]*)\}|(\w))/g, raise(SUBSCRIPTS, "\\_"))
      .replace(/\\(log|ln|exp|min|max|sin|cos)\b\s*/g, "$1 ")
      // Without its dollars, the formula would take the letters after it for a part of its command: `$\mu$s`.
      .replace(/\\[A-Za-z]+$/, "$&{}")
  );
}

/** Names for the identifiers by which BibLaTeX writes the kind of a thesis. */
const THESES: Readonly<Record<string, string>> = {
  phdthesis: "Doctoral dissertation",
  mathesis: "Master’s thesis",
  mastersthesis: "Master’s thesis",
  bathesis: "Bachelor’s thesis",
};

/** Copies an entry with the kind of its thesis in words. */
export function nameThesis(entry: BibliographyEntry): BibliographyEntry {
  const { genre } = entry;
  const named = typeof genre === "string" ? THESES[genre.toLowerCase().replace(/[^a-z]/g, "")] : undefined;
  return named === undefined ? entry : { ...entry, genre: named };
}

/**
 * Joins lists of texts in an entry by ` and `. BibLaTeX reads `publisher = {Chapman and Hall/CRC}` as a list of two,
 * which citeproc does not show.
 */
export function joinLists(entry: BibliographyEntry): BibliographyEntry {
  const joined = Object.entries(entry).map(([name, value]) => {
    const isList = Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
    return [name, isList ? value.join(" and ") : value];
  });
  return { ...Object.fromEntries(joined), id: entry.id };
}

/** Patterns for a backslash and braces in an address, as written or as the parser percent-encodes them. */
const [BACKSLASH, OPEN, CLOSE] = [String.raw`(?:\\|%5C)`, String.raw`(?:\{|%7B)`, String.raw`(?:\}|%7D)`];

/** Pattern for a TeX command that stands for a character of an address, with or without braces around it. */
function texPattern(command: string): RegExp {
  const escaped = `${BACKSLASH}${command}(?:${OPEN}${CLOSE})?`;
  return new RegExp(`${OPEN}${escaped}${CLOSE}|${escaped}`, "g");
}

const WHOLE_URL = new RegExp(`^${BACKSLASH}url${OPEN}(.*)${CLOSE}$`);
const TILDE = new RegExp(`${texPattern("(?:~|textasciitilde|sim)").source}|∼|%E2%88%BC`, "g");
const UNDERSCORE = texPattern("(?:_|textunderscore)");
const SIGNS = (["&", "#", "\\$"] as const).map((sign) => [texPattern(sign), sign.replace("\\", "")] as const);

/**
 * Removes TeX escapes from an address, because the parser leaves them in: `a{\_}b`, `a\_b`, `\~{}a`, `a\%20b`,
 * `\url{…}`.
 */
function plainAddress(address: string): string {
  let plain = address.replace(WHOLE_URL, "$1").replace(TILDE, "~").replace(UNDERSCORE, "_");
  for (const [pattern, sign] of SIGNS) plain = plain.replace(pattern, () => sign);
  // The parser percent-encodes no address that contains `%`, so a backslash before `%` is always literal.
  return plain.replace(/\{\\%\}|\\%/g, "%");
}

/** Copies an entry with the TeX escapes removed from its URL and DOI. */
export function plainAddresses(entry: BibliographyEntry): BibliographyEntry {
  const plain = (["URL", "DOI"] as const).flatMap((name) => {
    const value = entry[name];
    return typeof value === "string" ? [[name, plainAddress(value)]] : [];
  });
  return { ...entry, ...Object.fromEntries(plain) };
}
