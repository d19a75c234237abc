import type { CellLanguage } from "./types.ts";

/** The code of one cell of a notebook. */
export interface CellCode {
  readonly language: CellLanguage;
  readonly code: string;
}

/** A name that one cell uses and only an earlier cell defines. */
export interface SharedName {
  /** `user`: index of the cell that uses the name. `definer`: index of the cell that defines it. */
  readonly user: number;
  readonly definer: number;
  readonly names: readonly string[];
}

/**
 * Finds names that a cell takes from an earlier cell in the same language. A notebook's kernel shares variables between
 * cells, a report does not. The search is by words, not by scopes, so it may report a local word; use it for warnings
 * only.
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

/** Code without its comments and strings. */
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

/** Whether a cell defines a name at its top level. */
export function definesName({ code, language }: CellCode, name: string): boolean {
  return definedNames(withoutTexts(code, language), language).has(name);
}

/** Whether a cell imports a name, so that another cell or module defines it. */
export function importsName({ code, language }: CellCode, name: string): boolean {
  return language !== "python" && namesBy(SCRIPT_IMPORTS, withoutTexts(code, language)).has(name);
}

/** Names that a cell defines at its top level, including imports. @param code code without comments and strings */
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

/** The name that a part of a declaration binds: `a as b`, `a: b`, `a = 1` or `a.b`. */
function boundName(part: string): string {
  const [, alias] = /\bas +([\w$]+)/.exec(part) ?? [];
  const [, renamed] = /^[^=]*: *([\w$]+)/.exec(part) ?? [];
  const [, first = ""] = /^\s*(?:\.\.\.)?([\w$]+)/.exec(part) ?? [];
  return alias ?? renamed ?? first;
}

/** Words in code that may be names of variables: no properties, keys or keyword arguments. */
function usedNames(code: string, language: CellLanguage): ReadonlySet<string> {
  const words = [...code.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)(?![\w$])( *=(?![=>]))?( *:)?/g)];
  const isKey = ([, , assigned, colon]: RegExpMatchArray): boolean =>
    language === "python" ? assigned !== undefined : colon !== undefined && assigned === undefined;
  return new Set(words.filter((match) => !isKey(match)).flatMap(([, name]) => name ?? []));
}
