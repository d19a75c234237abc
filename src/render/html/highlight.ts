import { createHash } from "node:crypto";
import type { TextCache } from "../../model/text-cache.ts";
import type { Highlighter } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";

/** Version in the cache key. Raise it when the HTML of the same code changes. */
const VERSION = "3";

const GRAMMARS = {
  typescript: () => import("@shikijs/langs-precompiled/typescript"),
  javascript: () => import("@shikijs/langs-precompiled/javascript"),
  json: () => import("@shikijs/langs-precompiled/json"),
  yaml: () => import("@shikijs/langs-precompiled/yaml"),
  // Python has no precompiled grammar: docstrings end with the delimiter that began them, which needs a backreference.
  // The same holds for here-documents of shells and fences of Markdown.
  python: () => import("shiki/langs/python.mjs"),
  shellscript: () => import("shiki/langs/shellscript.mjs"),
  markdown: () => import("shiki/langs/markdown.mjs"),
};

type Grammar = keyof typeof GRAMMARS;

/** Languages whose grammars are compiled at run time. */
const COMPILED_AT_RUN_TIME: ReadonlySet<Grammar> = new Set(["python", "shellscript", "markdown"]);

const ALIASES: Readonly<Record<string, Grammar>> = {
  ts: "typescript",
  typescript: "typescript",
  mts: "typescript",
  cts: "typescript",
  js: "javascript",
  javascript: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  json: "json",
  jsonc: "json",
  yaml: "yaml",
  yml: "yaml",
  py: "python",
  python: "python",
  sh: "shellscript",
  bash: "shellscript",
  shell: "shellscript",
  shellscript: "shellscript",
  zsh: "shellscript",
  console: "shellscript",
  md: "markdown",
  markdown: "markdown",
};

/**
 * Creates a highlighter that caches HTML by the hash of code and grammar. Loads shiki only for code that is not in the
 * cache.
 */
export function createHighlighter(cache: TextCache): Highlighter {
  return {
    async highlight(code, language) {
      const grammar = grammarOf(code, language);
      if (grammar === undefined || code.trim() === "" || isTooLarge(code)) return escapeHtml(code);
      const key = `highlight-${createHash("sha256")
        .update(JSON.stringify([VERSION, grammar, code]))
        .digest("hex")}`;
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      const html = await tokenize(await load(grammar), code, grammar);
      cache.set(key, html);
      return html;
    },
  };
}

/**
 * Largest code and longest line that are highlighted, in characters. A grammar takes seconds for a line of 50,000
 * characters.
 */
const LONGEST_CODE = 500_000;
const LONGEST_LINE = 5000;

/**
 * Whether code is too large to highlight. The limit is a size and not a time, so that the same code has the same HTML
 * on every machine.
 */
function isTooLarge(code: string): boolean {
  return code.length > LONGEST_CODE || code.split("\n").some((line) => line.length > LONGEST_LINE);
}

/**
 * The language of a file for `highlight`, by its extension. A report (`.md`) counts as TypeScript, because the lines
 * come from its cells.
 */
export function languageOfFile(file: string): string {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? "";
  return ending === "md" ? "ts" : ending;
}

function grammarOf(code: string, language: string): Grammar | undefined {
  const name = language.toLowerCase();
  if (name === "vega-lite") return code.trimStart().startsWith("{") ? "json" : "yaml";
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

type Shiki = Awaited<ReturnType<typeof loadShiki>>;

/**
 * Loaded highlighters, by whether they can compile grammars at run time. All reports of the process share these,
 * because each keeps its grammars in memory.
 */
const loading = new Map<boolean, Promise<Shiki>>();

function load(grammar: Grammar): Promise<Shiki> {
  const compiles = COMPILED_AT_RUN_TIME.has(grammar);
  const shiki = loading.get(compiles) ?? loadShiki(compiles);
  loading.set(compiles, shiki);
  return shiki;
}

/**
 * Loads shiki.
 * @param compiles whether to load the engine that compiles grammars at run time, which loads more slowly
 */
async function loadShiki(compiles: boolean) {
  const [core, engine] = await Promise.all([import("shiki/core"), import("shiki/engine/javascript")]);
  return core.createHighlighterCore({
    themes: [core.createCssVariablesTheme({ name: "classes", variablePrefix: "--s-", fontStyle: false })],
    langs: [],
    engine: compiles ? engine.createJavaScriptRegexEngine() : engine.createJavaScriptRawEngine(),
  });
}

async function tokenize(shiki: Shiki, code: string, grammar: Grammar): Promise<string> {
  if (!shiki.getLoadedLanguages().includes(grammar)) await shiki.loadLanguage(GRAMMARS[grammar]());
  // No time limit: on a busy machine the default of 500 ms would leave the rest of a line without tokens, and the cache
  // would keep that.
  const { tokens } = shiki.codeToTokens(code, { lang: grammar, theme: "classes", tokenizeTimeLimit: 0 });
  return tokens.map(renderLine).join("\n");
}

/** Neighbouring tokens with the same class, merged. */
interface Run {
  readonly className: string;
  text: string;
}

/**
 * Renders a line of code: neighbouring tokens of one class share an element, and blanks join the element before them.
 */
function renderLine(line: readonly { readonly content: string; readonly color?: string }[]): string {
  const runs: Run[] = [];
  for (const token of line) {
    const className = classOf(token.content, token.color);
    const last = runs.at(-1);
    if (last !== undefined && (last.className === className || token.content.trim() === "")) last.text += token.content;
    else runs.push({ className, text: token.content });
  }
  return runs
    .map(({ className, text }) =>
      className === "" ? escapeHtml(text) : `<span class="${className}">${escapeHtml(text)}</span>`,
    )
    .join("");
}

const CLASSES: Readonly<Record<string, string>> = {
  keyword: "t-k",
  string: "t-s",
  "string-expression": "t-s",
  comment: "t-c",
  constant: "t-n",
  function: "t-f",
};

const LITERAL = /^\s*[\d.]|^\s*(?:true|false|null|undefined|None|True|False)\s*$/;

/**
 * Class for the CSS variable that shiki gives as a token's colour; empty for operators and plain names, which have no
 * colour.
 */
function classOf(content: string, color: string | undefined): string {
  const kind = /--s-token-([a-z-]+)/.exec(color ?? "")?.[1] ?? "";
  const className = CLASSES[kind] ?? "";
  if (className === "t-n" && !LITERAL.test(content)) return "";
  if (className === "t-k" && !/[a-z]/.test(content)) return "";
  if (className === "t-f" && content.startsWith(".")) return "";
  return className;
}
