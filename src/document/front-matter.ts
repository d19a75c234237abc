import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { didYouMean, type Position, UserError, UserErrors } from "../errors.ts";
import type { Params, Scalar } from "../model/values.ts";
import { type Author, authorShape, authorsSchema, textList } from "./author.ts";
import { expectedDuration, parseDurationMs } from "./duration.ts";
import { codeOfName, LANGUAGE_CODE, languageCode } from "./language.ts";
import { mendForeignKey, placeOfKey } from "./misplaced-keys.ts";
import { pythonSchema } from "./python-option.ts";
import { runtimeSchema } from "./runtime-option.ts";
import { describeValue, readYaml, type YamlReading } from "./yaml.ts";

export type Theme = "auto" | "light" | "dark";

/** Which charts are interactive in the browser: those whose specification asks for it (`auto`), all, or none. */
export type Interactive = "auto" | boolean;

/** Default options for the cells of a report. */
export interface ExecuteDefaults {
  readonly trials: number;
  readonly timeoutMs: number;
  readonly echo: boolean;
  /** Whether measured cells show the table of their metrics. */
  readonly metricsTable: boolean;
  /** Whether traced cells show the tables of their heaviest lines. */
  readonly linesTable: boolean;
  readonly error: boolean;
  /** The interpreter of cells: `node`, `node@22` or a path. */
  readonly runtime: string;
  /** The Python of python cells: `auto`, `system`, `pyodide`, a program such as `python3.12`, or a path. */
  readonly python: string;
  /** Whether results are kept beside the report and used from there. */
  readonly freeze: boolean;
  /** Whether cells get the environment variables of the shell. */
  readonly inheritEnv: boolean;
}

/** A path in the front matter, relative to the report's folder. */
export interface FileOption {
  readonly path: string;
  readonly position: Position;
}

/** Statements on the title page of a student's hand-in. */
export interface Coursework {
  readonly course: string | undefined;
  readonly instructors: readonly string[];
  readonly institution: string | undefined;
  readonly keywords: readonly string[];
  /** Whether the title has a page of its own. */
  readonly titlePage: boolean;
  readonly logo: FileOption | undefined;
  /** Declaration of authorship, as Markdown; undefined for none. */
  readonly declaration: string | undefined;
}

/** Which parts of a page are printed, by a browser and as PDF. */
export interface PrintOptions {
  /** Whether code of cells is printed. */
  readonly code: boolean;
  /** Whether the data of each chart are printed below its figure. */
  readonly data: boolean;
  /** Whether folded blocks are printed open, with their content, or closed. */
  readonly folds: "open" | "closed";
}

/** The YAML block at the head of a report, validated, with defaults filled in. */
export interface FrontMatter {
  readonly title: string;
  readonly subtitle: string | undefined;
  readonly authors: readonly Author[];
  /** ISO date, `2026-11-22`. */
  readonly date: string | undefined;
  readonly abstract: string | undefined;
  /** Markdown of the number that the site's index shows for the report; undefined for none. */
  readonly keyFigure: string | undefined;
  /** Language of the prose, BCP 47. */
  readonly lang: string;
  /** Bibliography files, as written. */
  readonly bibliography: readonly FileOption[];
  /** The citation style: the name of a built-in one, or a file; undefined for the default. */
  readonly csl: FileOption | undefined;
  readonly coursework: Coursework;
  /** Values under `custom`, which the author's own templates may use. */
  readonly custom: Readonly<Record<string, unknown>>;
  readonly params: Params;
  readonly execute: ExecuteDefaults;
  readonly html: {
    readonly toc: boolean;
    readonly codeFold: boolean;
    readonly theme: Theme;
    readonly interactive: Interactive;
    readonly numberSections: boolean;
  };
  readonly print: PrintOptions;
}

/** Front matter together with its errors, for callers that then check the body too. */
export interface FrontMatterReading {
  /** The front matter; keys with errors have their default values. */
  readonly frontMatter: FrontMatter;
  readonly errors: readonly UserError[];
  /** First line of the report's body, after the closing `---`; from 1. */
  readonly bodyLine: number;
  /** Position of a key, given by its path. */
  position(path: readonly PropertyKey[]): Position;
}

const EXAMPLE = "A report begins with three lines such as\n---\ntitle: Memory usage\n---";

const flag = z.boolean("true or false");
const text = z.string("a text").trim().min(1, "a text that is not empty");
const parameterName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "a letter followed by letters, digits, `_` and `-`");
const parameterValue = z.union([z.string(), z.number(), z.boolean()], "a text, a finite number, true or false");

/** Fewest trials whose range is a 95 % confidence interval of the median (1 − 2 · 0.5⁶ = 96.9 %). */
const DEFAULT_TRIALS = 6;

/** @internal */
export const interactiveSchema = z.union([z.literal("auto"), z.boolean()], "auto, true or false");

const executeShape = {
  trials: z.int("a whole number of at least 1").min(1, "a whole number of at least 1").default(DEFAULT_TRIALS),
  timeout: z
    .unknown()
    .transform((value, context) => {
      const durationMs = parseDurationMs(value);
      if (durationMs !== undefined) return durationMs;
      context.addIssue({ code: "custom", message: expectedDuration(value) });
      return z.NEVER;
    })
    .default(60_000),
  echo: flag.default(true),
  "metrics-table": flag.default(true),
  "lines-table": flag.default(true),
  error: flag.default(false),
  runtime: runtimeSchema.default("node"),
  python: pythonSchema.default("auto"),
  freeze: flag.default(false),
  "inherit-env": flag.default(true),
};

const htmlShape = {
  toc: flag.default(true),
  "code-fold": flag.default(false),
  theme: z.enum(["auto", "light", "dark"], "auto, light or dark").default("auto"),
  interactive: interactiveSchema.default("auto"),
  "number-sections": flag.default(true),
};

const printShape = {
  code: flag.default(true),
  data: flag.default(false),
  folds: z.enum(["open", "closed"], "open or closed").default("closed"),
};

const formatShape = { html: z.strictObject(htmlShape, "a mapping").prefault({}) };

const reportShape = {
  title: text,
  subtitle: text.optional(),
  author: authorsSchema,
  course: text.optional(),
  instructor: textList,
  institution: text.optional(),
  keywords: textList,
  "title-page": flag.default(false),
  logo: text.optional(),
  declaration: text.optional(),
  custom: z.record(z.string(), z.unknown(), "a mapping").default({}),
  date: z
    .string("a date such as 2026-11-22")
    .transform((value, context) => {
      const date = readDate(value);
      if (date !== undefined) return date;
      context.addIssue({ code: "custom", message: "a date such as 2026-11-22" });
      return z.NEVER;
    })
    .optional(),
  abstract: text.optional(),
  "key-figure": text.optional(),
  lang: z
    .string("a language such as en")
    .regex(LANGUAGE_CODE, "a language code such as en")
    .transform(languageCode)
    .default("en"),
  bibliography: z
    .preprocess((value) => (typeof value === "string" ? [value] : value), z.array(text, "a file or a list of files"))
    .default([]),
  csl: text.optional(),
  params: z.record(parameterName, parameterValue, "a mapping of names to values").default({}),
  execute: z.strictObject(executeShape, "a mapping").prefault({}),
  format: z.strictObject(formatShape, "a mapping").prefault({}),
  print: z.strictObject(printShape, "a mapping").prefault({}),
};

const reportSchema = z.strictObject(reportShape);

const KNOWN_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["", Object.keys(reportShape)],
  ["author", Object.keys(authorShape)],
  ["execute", Object.keys(executeShape)],
  ["format", Object.keys(formatShape)],
  ["format.html", Object.keys(htmlShape)],
  ["print", Object.keys(printShape)],
]);

/**
 * Reads the YAML block between `---` lines at the start of a report.
 * @param source the whole report; a byte-order mark and Windows line ends are allowed
 * @param file path for messages
 * @returns the front matter with defaults, the first line of the body (from 1), and every error found:
 *   `no-front-matter`, `broken-yaml`, `missing-title`, `unknown-front-matter-key`, `invalid-front-matter`
 */
export function readFrontMatter(source: string, file: string): FrontMatterReading {
  const start: Position = { file, line: 1 };
  const lines = source.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  const failed = (message: string, bodyLine: number): FrontMatterReading => ({
    frontMatter: defaultFrontMatter(),
    errors: [new UserError(message, { code: "no-front-matter", position: start, hint: EXAMPLE })],
    bodyLine,
    position: () => start,
  });
  if (!/^---[ \t]*$/.test(lines[0] ?? "")) {
    const first = lines.findIndex((line) => line.trim() !== "");
    const isLate = first > 0 && /^---[ \t]*$/.test(lines[first] ?? "");
    return failed(
      isLate ? "The front matter begins after blank lines: remove them." : "The report has no front matter.",
      1,
    );
  }
  const close = lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)[ \t]*$/.test(line));
  const code = lines.findIndex((line) => /^(?:`{3,}|~{3,}|:{3,}|\$\$|!\[)/.test(line));
  if (close === -1 || (code !== -1 && code < close)) return readUnclosed(lines, file);

  const yaml = readYaml(lines.slice(1, close).join("\n"), file, 2);
  const bodyLine = close + 2;
  if (yaml.errors.length > 0) {
    return { frontMatter: defaultFrontMatter(), errors: yaml.errors, bodyLine, position: yaml.position };
  }
  const value = yaml.value ?? {};
  if (typeof value !== "object" || Array.isArray(value))
    return failed("The front matter has no `key: value` lines.", bodyLine);
  const result = reportSchema.safeParse(value);
  if (result.success) {
    return { frontMatter: toFrontMatter(result.data, yaml), errors: [], bodyLine, position: yaml.position };
  }
  const errors = result.error.issues.flatMap((issue) => explain(issue, value, yaml, start));
  return { frontMatter: readRest(value, result.error.issues, yaml), errors, bodyLine, position: yaml.position };
}

/**
 * Reads front matter whose closing line is missing, up to the first blank line: then the report's body is checked too.
 * Without a blank line nothing of the report is read.
 */
function readUnclosed(lines: readonly string[], file: string): FrontMatterReading {
  const start: Position = { file, line: 1 };
  const blank = lines.findIndex((line) => line.trim() === "");
  const yaml = blank < 0 ? undefined : readYaml(lines.slice(1, blank).join("\n"), file, 2);
  const hint =
    blank < 0 ? EXAMPLE : `Write a line of --- below its last key, which seems to be line ${blank}, above the text.`;
  const error = new UserError("The closing `---` of the front matter is missing.", {
    code: "no-front-matter",
    position: start,
    hint,
  });
  const value = yaml?.value;
  const isRead = typeof value === "object" && value !== null && !Array.isArray(value);
  const result = reportSchema.safeParse(value);
  return {
    frontMatter:
      yaml === undefined || !isRead
        ? defaultFrontMatter()
        : result.success
          ? toFrontMatter(result.data, yaml)
          : readRest(value, result.error.issues, yaml),
    errors: [error],
    bodyLine: isRead ? blank + 1 : lines.length + 1,
    position: yaml?.position ?? (() => start),
  };
}

/** The front matter without the keys that have errors, so that the rest of the report can still be checked. */
function readRest(value: object, issues: readonly z.core.$ZodIssue[], yaml: YamlReading): FrontMatter {
  const broken = new Set(
    issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [issue.path[0]],
    ),
  );
  const rest = Object.entries(value).filter(([key]) => !broken.has(key));
  const result = reportSchema.safeParse({ title: "Untitled", ...Object.fromEntries(rest) });
  return result.success ? toFrontMatter(result.data, yaml) : defaultFrontMatter();
}

function toFrontMatter(
  data: z.infer<typeof reportSchema>,
  { position, written }: Pick<YamlReading, "position" | "written">,
): FrontMatter {
  const { html } = data.format;
  return {
    title: data.title,
    subtitle: data.subtitle,
    authors: data.author.map(({ name, affiliation, email, orcid, id }, index) => ({
      name,
      affiliations: affiliation,
      email,
      orcid,
      // The text of a student number is used, because the number may have leading zeros.
      id: id === undefined ? undefined : (written(["author", index, "id"]) ?? written(["author", "id"]) ?? String(id)),
    })),
    coursework: {
      course: data.course,
      instructors: data.instructor,
      institution: data.institution,
      keywords: data.keywords,
      titlePage: data["title-page"],
      logo: data.logo === undefined ? undefined : { path: data.logo, position: position(["logo"]) },
      declaration: data.declaration,
    },
    custom: data.custom,
    date: data.date,
    abstract: data.abstract,
    keyFigure: data["key-figure"],
    lang: data.lang,
    bibliography: data.bibliography.map((path) => ({ path, position: position(["bibliography"]) })),
    csl: data.csl === undefined ? undefined : { path: data.csl, position: position(["csl"]) },
    params: data.params,
    execute: {
      trials: data.execute.trials,
      timeoutMs: data.execute.timeout,
      echo: data.execute.echo,
      metricsTable: data.execute["metrics-table"],
      linesTable: data.execute["lines-table"],
      error: data.execute.error,
      runtime: data.execute.runtime,
      python: data.execute.python,
      freeze: data.execute.freeze,
      inheritEnv: data.execute["inherit-env"],
    },
    html: {
      toc: html.toc,
      codeFold: html["code-fold"],
      theme: html.theme,
      interactive: html.interactive,
      numberSections: html["number-sections"],
    },
    print: data.print,
  };
}

function defaultFrontMatter(): FrontMatter {
  return toFrontMatter(reportSchema.parse({ title: "Untitled" }), {
    position: () => ({ file: "", line: 1 }),
    written: () => undefined,
  });
}

function explain(issue: z.core.$ZodIssue, root: unknown, yaml: YamlReading, start: Position): UserError[] {
  const path = issue.path.map(String);
  // The schema converts a single author to a list, so the list index is removed from the path of the mistake.
  const { author } = root as { readonly author?: unknown };
  if (path[0] === "author" && !Array.isArray(author)) path.splice(1, 1);
  const name = path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const where = name === "" ? "the front matter" : `\`${name}\``;
      const position = yaml.position([...path, key]);
      const known = KNOWN_KEYS.get(name.replace(/^author\.\d+$/, "author")) ?? [];
      const hint =
        placeOfKey(key, valueAt(root, [...path, key]), KNOWN_KEYS) ??
        mendForeignKey(key) ??
        didYouMean(key, known, "keys here");
      return new UserError(`Unknown key \`${key}\` in ${where}.`, { code: "unknown-front-matter-key", position, hint });
    });
  }
  const found = valueAt(root, path);
  if (name === "title" && (found === undefined || found === null)) {
    // A title in the wrong mapping is reported there.
    if (found === undefined && hasMisplacedTitle(root)) return [];
    const position = found === undefined ? start : yaml.position(path);
    return [new UserError("The front matter has no title.", { code: "missing-title", position, hint: EXAMPLE })];
  }
  const position = yaml.position(path);
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? "a name";
    const message = `The name \`${path.at(-1)}\` in \`${path.slice(0, -1).join(".")}\` must be ${expected}.`;
    return [new UserError(message, { code: "invalid-front-matter", position })];
  }
  const code = name === "lang" && typeof found === "string" ? codeOfName(found) : undefined;
  const isUnquoted = issue.message.startsWith("a text") && (typeof found === "number" || typeof found === "boolean");
  const quoted = isUnquoted ? `Put it in quotes: "${found}".` : undefined;
  const hint = code === undefined ? quoted : `Did you mean \`${code}\`?`;
  const message = `\`${name}\` must be ${issue.message}, but is ${describeValue(found)}.`;
  return [new UserError(message, { code: "invalid-front-matter", position, hint })];
}

/** Whether a mapping below the top of the front matter has a title, such as `execute: { title: … }`. */
function hasMisplacedTitle(root: unknown): boolean {
  return ["execute", "format", "format.html", "print"].some(
    (place) => typeof valueAt(root, [...place.split("."), "title"]) === "string",
  );
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const segment of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = Reflect.get(value, segment);
  }
  return value;
}

/** The ISO date of a YAML timestamp (https://yaml.org/type/timestamp.html), whose time of day is dropped. */
function readDate(value: string): string | undefined {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt \t]+\d{1,2}:\d{2}.*)?$/.exec(value.trim());
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  // `Date` turns 30 February into a day of March; such a date is invalid.
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}

/**
 * Replaces parameters of a report by those of the command line (`-P blocks:40`). Values are parsed as YAML. Exception:
 * for a parameter that is a string in the report, the value stays a string.
 * @throws {UserErrors} `unknown-parameter` and `invalid-parameter`, one for each
 */
export function overrideParams(params: Params, overrides: Readonly<Record<string, string>>): Params {
  const errors: UserError[] = [];
  const merged = new Map<string, Scalar>(Object.entries(params));
  for (const [name, raw] of Object.entries(overrides)) {
    const own = merged.get(name);
    if (own === undefined) {
      const hint = didYouMean(name, Object.keys(params), "parameters");
      errors.push(new UserError(`The report has no parameter \`${name}\`.`, { code: "unknown-parameter", hint }));
      continue;
    }
    const value = typeof own === "string" ? raw : readScalar(raw);
    if (typeof value === "number" && typeof own === "number" && Number.isFinite(value)) merged.set(name, value);
    else if (typeof value === typeof own && typeof own !== "number" && isScalarValue(value)) merged.set(name, value);
    else {
      const expected = typeof own === "number" ? "a number" : "true or false";
      const message = `The parameter \`${name}\` must be ${expected}, but is ${describeValue(value)}.`;
      const hint = `Its value in the front matter is ${own}.`;
      errors.push(new UserError(message, { code: "invalid-parameter", hint }));
    }
  }
  if (errors.length > 0) throw new UserErrors(errors);
  return Object.fromEntries(merged);
}

function isScalarValue(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Parses a text as YAML would: to a number or Boolean if possible, else the text itself. */
function readScalar(raw: string): unknown {
  if (!/^[-+.]?\w[-+.\w]*$/.test(raw.trim())) return raw;
  return parseYaml(raw.trim());
}
