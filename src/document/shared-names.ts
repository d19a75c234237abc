import type { CellLanguage } from "./types.ts";

/** Code of one cell, in the order of the notebook. */
export interface CellCode {
  readonly language: CellLanguage;
  readonly code: string;
}

/** A cell that uses a name which only an earlier cell defines. */
export interface SharedName {
  /** Index of the cell that uses the name, and of the cell that defines it. */
  readonly user: number;
  readonly definer: number;
  readonly names: readonly string[];
}

/**
 * Finds names that a cell takes from an earlier cell of its language: a kernel keeps variables from cell to cell, a report does not.
 * The search is by words, not by scopes, so it may name a word that is local; its result is for warnings only.
 */
export function findSharedNames(cells: readonly CellCode[]): readonly SharedName[] {
  const plain = cells.map(({ language, code }) => withoutTexts(code, language));
  const defined = cells.map(({ language }, index) => definedNames(plain[index] ?? "", language));
  return cells.flatMap(({ language }, user): SharedName[] => {
    const found = new Map<number, string[]>();
    for (const name of usedNames(plain[user] ?? "", language)) {
      if (defined[user]?.has(name) === true) continue;
      const definer = defined.findLastIndex((names, index) => {
        return index < user && sameKernel(cells[index]?.language, language) && names.has(name);
      });
      if (definer >= 0) found.set(definer, [...(found.get(definer) ?? []), name]);
    }
    return [...found].sort(([a], [b]) => a - b).map(([definer, names]) => ({ user, definer, names }));
  });
}

function sameKernel(a: CellLanguage | undefined, b: CellLanguage): boolean {
  return a !== "vega-lite" && b !== "vega-lite" && (a === "python") === (b === "python");
}

/** Code without comments and texts. */
function withoutTexts(code: string, language: CellLanguage): string {
  const tokens =
    language === "python"
      ? /("""|''')[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g
      : /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return code.replace(tokens, '""');
}

const PYTHON_DEFINITIONS = [
  /^(?:async )?(?:def|class) +(\w+)/gm,
  /^((?:\w+ *, *)*\w+) *(?::[^=\n]+)?=(?!=)/gm,
  /^[ \t]*for +((?:\w+ *, *)*\w+) +in\b/gm,
  /^[ \t]*(?:with|except)\b.*\bas +(\w+)/gm,
  /^import +(\S.*)$/gm,
  /^from +\S+ +import +\(?([^)\n]+(?:\n[^)]*)?)\)?/gm,
];

const SCRIPT_DEFINITIONS = [
  /^(?:export +)?(?:default +)?(?:async +)?function(?: *\* *| +)([\w$]+)/gm,
  /^(?:export +)?(?:abstract +)?(?:class|enum|namespace) +([\w$]+)/gm,
  /^(?:export +)?(?:const|let|var) +([\w$]+)/gm,
  /^(?:export +)?(?:const|let|var) +[[{]([^\]}]*)[\]}] *=/gm,
];

const SCRIPT_IMPORTS = [
  /^import +(?:type +)?([\w$]+)/gm,
  /^import\b[^"';{]*\{([^}]*)\}/gm,
  /^import +\* +as +([\w$]+)/gm,
];

/** Whether a cell defines a name at its top level. @param code of the cell */
export function definesName({ code, language }: CellCode, name: string): boolean {
  return definedNames(withoutTexts(code, language), language).has(name);
}

/** Whether a cell has a name from an import, so that another cell or module defines it. @param code of the cell */
export function importsName({ code, language }: CellCode, name: string): boolean {
  return language !== "python" && namesBy(SCRIPT_IMPORTS, withoutTexts(code, language)).has(name);
}

/** Names that a cell defines at its top level, imports included. @param code without comments and texts */
function definedNames(code: string, language: CellLanguage): ReadonlySet<string> {
  if (language === "vega-lite") return new Set();
  return namesBy(language === "python" ? PYTHON_DEFINITIONS : [...SCRIPT_DEFINITIONS, ...SCRIPT_IMPORTS], code);
}

function namesBy(definitions: readonly RegExp[], code: string): ReadonlySet<string> {
  const names = definitions.flatMap((pattern) =>
    [...code.matchAll(pattern)].flatMap(([, list = ""]) => list.split(",").map(boundName)),
  );
  return new Set(names.filter((name) => name !== ""));
}

/** The name that `a as b`, `a: b`, `a = 1` or `a.b` binds. */
function boundName(part: string): string {
  const [, alias] = /\bas +([\w$]+)/.exec(part) ?? [];
  const [, renamed] = /^[^=]*: *([\w$]+)/.exec(part) ?? [];
  const [, first = ""] = /^\s*(?:\.\.\.)?([\w$]+)/.exec(part) ?? [];
  return alias ?? renamed ?? first;
}

/** Words of code that are not properties, keys or keyword arguments. */
function usedNames(code: string, language: CellLanguage): ReadonlySet<string> {
  const words = [...code.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)(?![\w$])( *=(?![=>]))?( *:)?/g)];
  const isKey = ([, , assigned, colon]: RegExpMatchArray): boolean =>
    language === "python" ? assigned !== undefined : colon !== undefined && assigned === undefined;
  return new Set(words.filter((match) => !isKey(match)).flatMap(([, name]) => name ?? []));
}
