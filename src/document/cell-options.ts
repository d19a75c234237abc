import * as z from "zod";

import { didYouMean, type ErrorCode, nearest, UserError } from "../errors.ts";
import { chooseInstrumentation, ENGINES, type Instrumentation } from "../model/instrumentation.ts";
import type { UserProbe } from "../model/probes.ts";
import type { ConclusionId } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import {
  boundMatrix,
  checkCaptions,
  checkFlags,
  checkMatrix,
  checkMultiples,
  checkProbes,
  checkRuntime,
  MULTIPLES,
} from "./cell-checks.ts";
import { checkSilence } from "./conclusion-ids.ts";
import { AGE_EXPECTED, expectedDuration, parseAgeMs, parseDurationMs } from "./duration.ts";
import type { FrontMatter } from "./front-matter.ts";
import { LABEL_EXPECTED, LABEL_PATTERN } from "./label.ts";
import { placeOfFrontMatterKey } from "./misplaced-keys.ts";
import { splitOptionLines } from "./option-lines.ts";
import { meantOption, mendForeignOption } from "./option-synonyms.ts";
import { checkLanguageOptions, checkPythonMatrix, pythonSchema } from "./python-option.ts";
import { type RecordedOutput, readRecordedOutputs } from "./recorded-output.ts";
import { INSTALLED, runtimeSchema } from "./runtime-option.ts";
import type { CellLanguage } from "./types.ts";
import { describeValue, readYaml, type YamlReading } from "./yaml.ts";

/** Settings of the probe `lines`: what is instrumented, and how allocations are assigned to lines. */
export interface LinesOptions {
  /**
   * Packages that are instrumented too. Their allocations are assigned to their own lines, not to the line that calls
   * them.
   */
  readonly modules: readonly string[];
  readonly instrumentation: Instrumentation;
}

/** Options of one cell. Defaults come from the report's `execute` and `format.html`. */
export interface CellOptions {
  readonly echo: boolean;
  readonly eval: boolean;
  /** Whether the output is shown; `asis`: shown as Markdown instead of text. */
  readonly output: boolean | "asis";
  readonly include: boolean;
  /** Whether the table of metrics is shown below a measured cell that displays nothing itself. */
  readonly metricsTable: boolean;
  /** Whether the tables of the heaviest lines are shown below a traced cell that displays nothing itself. */
  readonly linesTable: boolean;
  /** Whether a failure is expected: then the page shows the failure, and the exit code ignores it. */
  readonly error: boolean;
  readonly figCap: string | undefined;
  readonly figAlt: string | undefined;
  readonly tblCap: string | undefined;
  readonly codeFold: boolean;
  readonly codeSummary: string | undefined;
  /** Values of each matrix parameter, in the order written. Empty: one variant without parameters. */
  readonly matrix: Readonly<Record<string, readonly Scalar[]>>;
  /**
   * Name of the matrix parameter written as `multiples`; its values are heap sizes, in multiples of the variant's
   * smallest heap. Undefined for none.
   */
  readonly heapMultiples: string | undefined;
  /**
   * Whether `matrix.runtime` was written as `installed`. Until the runtimes are looked up, the matrix then contains
   * only `node`.
   */
  readonly runtimesAreInstalled: boolean;
  /** V8 flags; `{{name}}` stands for a variant's parameter. */
  readonly flags: readonly string[];
  /** Probes besides `output`, which every cell has. */
  readonly probes: readonly UserProbe[];
  /** Settings of the probe `lines`. */
  readonly lines: LinesOptions;
  /** Number of trials of each probe. */
  readonly trials: number;
  /** Whether the cell itself sets `trials`. Then the `output` probe has that many trials too. */
  readonly trialsAreOwn: boolean;
  readonly timeoutMs: number;
  /** Conclusions that the page does not show for this cell. */
  readonly silence: "all" | readonly ConclusionId[];
  /** Number of calls of a region's function before it is measured. */
  readonly warmup: number;
  /** The interpreter: `node`, `node@22` or a path. A matrix parameter `runtime` replaces it. */
  readonly runtime: string;
  /**
   * The Python of a python cell: `auto`, `system`, `pyodide`, a program such as `python3.12`, or a path. A matrix parameter
   * `python` replaces it.
   */
  readonly python: string;
  /** Files the cell depends on, relative to the report's folder; `*` patterns allowed. */
  readonly inputs: readonly string[];
  /** Whether stored trials may be used. */
  readonly cache: boolean;
  /** Age in ms from which stored trials are not used; undefined for no limit. */
  readonly maxAgeMs: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Whether the cell also gets the environment variables of the shell. */
  readonly inheritEnv: boolean;
  /**
   * Outputs from another source, which the page shows beside the cell's own. Changing them does not re-run the cell.
   */
  readonly recordedOutputs: readonly RecordedOutput[];
}

/** The options and the code of a cell. */
export interface CellReading {
  readonly options: CellOptions;
  /** The author's label; undefined if there is none or it is invalid. */
  readonly label: string | undefined;
  /** The code without its option lines, without a newline at its end. */
  readonly source: string;
  /** Line of the report on which `source` begins, from 1. */
  readonly sourceLine: number;
  /** The line of each option that was written, by name. */
  readonly optionLines: ReadonlyMap<string, number>;
  /** Errors in the options. Options with errors have their default values. */
  readonly errors: readonly UserError[];
}

const flag = z.boolean("true or false");
const text = z.string("a text").trim().min(1, "a text that is not empty");
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "a letter followed by letters, digits, `_` and `-`");
const scalar = z.union([z.string(), z.number(), z.boolean()], "a text, a finite number, true or false");
/** Schema of a list of texts; a single text is split into a list by `split`. */
const textsBy = (split: (line: string) => string[]) =>
  z.preprocess(
    (value) => (typeof value === "string" ? split(value) : value),
    z.array(text, "a text or a list of texts"),
  );
const splitAt = (separator: RegExp) => (line: string) => line.split(separator).filter((word) => word !== "");

const SAMPLE_EXPECTED = "a whole number of bytes, at least 1, such as 512";

/** Heap sizes at which collectors are compared, in multiples of the smallest heap (as DaCapo does). */
const HEAP_MULTIPLES: readonly number[] = [1, 1.25, 1.5, 2, 3, 4, 6];

/** Whether `matrix.runtime` is `installed`. */
function hasInstalled(matrix: unknown): matrix is { runtime: typeof INSTALLED } {
  return typeof matrix === "object" && matrix !== null && "runtime" in matrix && matrix.runtime === INSTALLED;
}

/** Schema of every option. An option that Quarto has too has the same name. */
const SCHEMAS = {
  label: z.string("a text").regex(LABEL_PATTERN, LABEL_EXPECTED),
  echo: flag,
  eval: flag,
  output: z.union([flag, z.literal("asis")], "true, false or asis"),
  include: flag,
  "metrics-table": flag,
  "lines-table": flag,
  error: flag,
  "fig-cap": text,
  "fig-alt": text,
  "tbl-cap": text,
  "code-fold": flag,
  "code-summary": text,
  matrix: z.preprocess(
    (matrix) => (hasInstalled(matrix) ? { ...matrix, runtime: ["node"] } : matrix),
    z.record(
      name,
      z.preprocess(
        (value) => (value === MULTIPLES ? HEAP_MULTIPLES : value),
        z.array(scalar, "a list such as [1, 2, 4]").min(1, "a list with at least one value"),
      ),
      "a mapping of names to lists, such as { size: [1, 2, 4] }",
    ),
  ),
  // Blanks inside `{{ name }}` do not separate flags.
  flags: textsBy((line) =>
    splitAt(/\s+/)(line.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => `{{${name.trim()}}}`)),
  ),
  probes: textsBy(splitAt(/[\s,]+/)),
  lines: z
    .strictObject(
      {
        modules: textsBy(splitAt(/[\s,]+/)).optional(),
        engine: z.enum(ENGINES, "tracker, sampler or meter").optional(),
        live: z.boolean("true or false").optional(),
        sample: z.int(SAMPLE_EXPECTED).min(1, SAMPLE_EXPECTED).optional(),
      },
      "a mapping with `modules`, `engine`, `live` or `sample`, such as { engine: meter }",
    )
    .refine(({ live, sample }) => live !== false || sample === undefined, {
      path: ["sample"],
      message: "left out beside `live: false`, which is short for `engine: meter` and takes no samples",
    })
    .refine(({ engine, live }) => engine === undefined || live === undefined || live === (engine !== "meter"), {
      path: ["live"],
      message: "left out beside `engine`, which it contradicts: `live: false` is short for `engine: meter`",
    })
    .refine(({ engine, sample }) => engine === undefined || engine === "sampler" || sample === undefined, {
      path: ["sample"],
      message: "left out beside this `engine`: only `engine: sampler` takes samples",
    }),
  trials: z.int("a whole number of at least 1").min(1, "a whole number of at least 1"),
  warmup: z.int("a whole number of at least 0").min(0, "a whole number of at least 0"),
  timeout: z.unknown().transform((value, context) => {
    const durationMs = parseDurationMs(value);
    if (durationMs !== undefined) return durationMs;
    context.addIssue({ code: "custom", message: expectedDuration(value) });
    return z.NEVER;
  }),
  runtime: runtimeSchema,
  python: pythonSchema,
  silence: textsBy(splitAt(/[\s,]+/)),
  inputs: textsBy((line) => [line]),
  cache: flag,
  "max-age": z.unknown().transform((value, context) => {
    const ageMs = parseAgeMs(value);
    if (ageMs !== undefined) return ageMs;
    context.addIssue({ code: "custom", message: AGE_EXPECTED });
    return z.NEVER;
  }),
  env: z.record(z.string().regex(/^[^=\0]+$/, "a name without `=`"), scalar, "a mapping of names to values"),
  "inherit-env": flag,
  "recorded-output": z.unknown(),
};

type OptionName = keyof typeof SCHEMAS;

/** Names of all cell options, in the order of the documentation. */
export const OPTION_NAMES: readonly string[] = Object.keys(SCHEMAS);

export interface CellText {
  /** Text inside the fence, without the indentation of a list or quote around it. */
  readonly code: string;
  readonly language: CellLanguage | undefined;
  readonly file: string;
  /** Line of the report on which `code` begins, from 1. */
  readonly line: number;
  readonly defaults: Pick<FrontMatter, "execute" | "html">;
}

/**
 * Reads the option lines at the top of a cell: `//| key: value` in scripts, `#|` in `python` cells, either in
 * `vega-lite` cells. Errors are returned, not thrown, each at the line of its option: `unknown-option`,
 * `invalid-option`, `invalid-label`, `invalid-matrix`, `unknown-probe`, `unknown-conclusion`, `invalid-flag`,
 * `unknown-parameter`, `invalid-recorded-output`, `misplaced-option`, `broken-yaml`.
 */
export function readCell(cell: CellText): CellReading {
  const { file, defaults } = cell;
  const split = splitOptionLines(cell.code, cell.language, cell.line, file, OPTION_NAMES);
  const errors = [...split.errors];
  const asRead = readYaml(split.yaml, file, split.yamlLine);
  errors.push(...asRead.errors);
  const { written, yaml } = writtenOptions(asRead, errors);

  const source: OptionSource = { written, yaml, errors, language: cell.language };
  const asWritten = toOptions(source, defaults);
  // In broken YAML the label is found by a pattern, so that references to the cell are not reported too.
  const broken = yaml.errors.length > 0 ? /^label:[ ]*([\p{L}\p{M}\w-]+)/mu.exec(split.yaml)?.[1] : undefined;
  const label =
    readOption(source, "label") ?? (LABEL_PATTERN.test(broken ?? "") ? broken : invalidLabel(written.get("label")));
  errors.push(...checkTogether(asWritten, label, source));
  const options = { ...asWritten, matrix: boundMatrix(asWritten.matrix) };
  // An option in a wrong place is one mistake, whatever its value is.
  const misplaced = new Set(
    errors.flatMap(({ code, position }) => (code === "misplaced-option" ? position?.line : [])),
  );
  const kept = errors.filter(({ code, position }) => code === "misplaced-option" || !misplaced.has(position?.line));
  const optionLines = new Map([...written.keys()].map((option) => [option, yaml.position([option]).line]));
  return { options, label, source: split.source, sourceLine: split.sourceLine, optionLines, errors: kept };
}

/**
 * The label that stands for an invalid one, so that references to the cell are not reported too: the text as written; of
 * figures and tables the beginning that is valid, because a reference in prose ends there.
 */
function invalidLabel(written: unknown): string | undefined {
  if (typeof written !== "string" && typeof written !== "number") return undefined;
  const text = String(written);
  const valid = /^(?:fig|tbl)-[\p{L}\p{M}0-9_-]+/u.exec(text)?.[0];
  return valid ?? text;
}

/** The options as written, and the list to which errors are added. */
interface OptionSource {
  readonly written: ReadonlyMap<string, unknown>;
  readonly yaml: YamlReading;
  readonly errors: UserError[];
  readonly language: CellLanguage | undefined;
}

/** Reads and validates one option. If it is invalid, adds an error and returns undefined. */
function readOption<Name extends OptionName>(
  { written, yaml, errors }: OptionSource,
  option: Name,
): z.infer<(typeof SCHEMAS)[Name]> | undefined {
  if (!written.has(option)) return undefined;
  const result = SCHEMAS[option].safeParse(written.get(option));
  // The cast is needed because TypeScript does not narrow the union of schemas by the option's name.
  if (result.success) return result.data as z.infer<(typeof SCHEMAS)[Name]>;
  errors.push(...result.error.issues.map((issue) => explain(option, issue, written.get(option), yaml)));
  return undefined;
}

/** The options of a cell, with defaults where an option is missing or invalid. */
function toOptions(source: OptionSource, defaults: CellText["defaults"]): CellOptions {
  const { written, yaml, errors, language } = source;
  const read = <Name extends OptionName>(option: Name) => readOption(source, option);
  const trials = read("trials");
  const matrix = read("matrix") ?? guessMatrix(written.get("matrix"));
  // Parameters with invalid values are included, so that a flag which inserts one is not reported as a second mistake.
  const parameters = Object.keys(Object(written.get("matrix")));
  // A number keeps its text as written: `012` does not become 10, nor `1.0` become 1.
  const env = Object.entries(read("env") ?? {}).map(
    ([variable, value]) => [variable, yaml.written(["env", variable]) ?? String(value)] as const,
  );
  return {
    echo: read("echo") ?? defaults.execute.echo,
    eval: read("eval") ?? true,
    output: read("output") ?? true,
    include: read("include") ?? true,
    metricsTable: read("metrics-table") ?? defaults.execute.metricsTable,
    linesTable: read("lines-table") ?? defaults.execute.linesTable,
    error: read("error") ?? defaults.execute.error,
    figCap: read("fig-cap"),
    figAlt: read("fig-alt"),
    tblCap: read("tbl-cap"),
    codeFold: read("code-fold") ?? defaults.html.codeFold,
    codeSummary: read("code-summary"),
    matrix,
    heapMultiples: checkMultiples(written.get("matrix"), yaml, errors),
    runtimesAreInstalled: hasInstalled(written.get("matrix")),
    flags: checkFlags(read("flags") ?? [], parameters, yaml, errors),
    probes: checkProbes(read("probes") ?? [], yaml, errors),
    lines: toLinesOptions(read("lines")),
    trials: trials ?? defaults.execute.trials,
    trialsAreOwn: trials !== undefined,
    warmup: read("warmup") ?? 0,
    timeoutMs: read("timeout") ?? defaults.execute.timeoutMs,
    runtime: read("runtime") ?? defaults.execute.runtime,
    python: read("python") ?? defaults.execute.python,
    silence: checkSilence(read("silence") ?? [], yaml, errors),
    inputs: read("inputs") ?? [],
    cache: read("cache") ?? true,
    maxAgeMs: read("max-age"),
    env: Object.fromEntries(env),
    inheritEnv: read("inherit-env") ?? defaults.execute.inheritEnv,
    recordedOutputs: readRecordedOutputs(written.get("recorded-output"), { matrix, language }, yaml, errors),
  };
}

/** Errors for options that contradict each other, or that do not fit the cell's language. */
function checkTogether(
  { output, matrix }: CellOptions,
  label: string | undefined,
  { written, yaml, language }: OptionSource,
): UserError[] {
  return [
    ...(output === "asis" ? checkAsis(written, yaml) : []),
    ...checkMatrix(matrix, yaml),
    ...checkLanguageOptions(language, written, yaml),
    ...(language === "python" ? checkPythonMatrix(matrix, written, yaml) : checkRuntime(matrix, written, yaml)),
    ...checkCaptions(label, written, yaml),
  ];
}

/**
 * Error `invalid-recorded-output` if a cell has both `recorded-output`, which compares text by lines, and `output:
 * asis`, which shows Markdown.
 */
function checkAsis(written: ReadonlyMap<string, unknown>, yaml: YamlReading): UserError[] {
  if (!written.has("recorded-output")) return [];
  const message = "`recorded-output` compares the output as text, and `output: asis` shows the output as Markdown.";
  const position = yaml.position(["recorded-output"]);
  return [new UserError(message, { code: "invalid-recorded-output", position, hint: "Remove one of the two." })];
}

function toLinesOptions(written: z.infer<(typeof SCHEMAS)["lines"]> | undefined): LinesOptions {
  return { modules: written?.modules ?? [], instrumentation: chooseInstrumentation(written ?? {}) };
}

/**
 * The options by name. An unknown option counts as the one that was meant, with its place, so that a slip in the name
 * causes no other mistakes.
 */
function writtenOptions(
  yaml: YamlReading,
  errors: UserError[],
): { readonly written: Map<string, unknown>; readonly yaml: YamlReading } {
  const { value } = yaml;
  if (value === undefined || value === null) return { written: new Map(), yaml };
  if (typeof value !== "object" || Array.isArray(value)) {
    const message = `Cell options are \`key: value\` lines, but this is ${describeValue(value)}.`;
    errors.push(
      new UserError(message, { code: "invalid-option", position: yaml.position([]), hint: "//| label: walks" }),
    );
    return { written: new Map(), yaml };
  }
  const written = new Map<string, unknown>(Object.entries(value));
  const names = new Map<PropertyKey, string>();
  for (const [option, given] of Object.entries(value)) {
    if (OPTION_NAMES.includes(option)) continue;
    const hint =
      mendForeignOption(option) ?? placeOfFrontMatterKey(option, given) ?? didYouMean(option, OPTION_NAMES, "options");
    const position = yaml.position([option]);
    errors.push(new UserError(`Unknown cell option \`${option}\`.`, { code: "unknown-option", position, hint }));
    written.delete(option);
    const meant = meantOption(option) ?? (hint.startsWith("Did you mean") ? nearest(option, OPTION_NAMES) : undefined);
    if (meant === undefined || written.has(meant) || !SCHEMAS[meant as OptionName].safeParse(given).success) continue;
    written.set(meant, given);
    names.set(meant, option);
  }
  const asWritten = ([name = "", ...rest]: readonly PropertyKey[]): readonly PropertyKey[] => [
    names.get(name) ?? name,
    ...rest,
  ];
  return {
    written,
    yaml: {
      ...yaml,
      position: (path) => yaml.position(path.length === 0 ? path : asWritten(path)),
      written: (path) => yaml.written(path.length === 0 ? path : asWritten(path)),
    },
  };
}

/** The values that an invalid matrix seems to mean, so that its parameters are not reported as unknown, too. */
function guessMatrix(written: unknown): Readonly<Record<string, readonly Scalar[]>> {
  if (typeof written !== "object" || written === null || Array.isArray(written)) return {};
  return Object.fromEntries(
    Object.entries(written).flatMap(([parameter, values]) => {
      if (parameter === "runtime" || parameter === "python") return [];
      const known = [values].flat().filter((value) => scalar.safeParse(value).success) as Scalar[];
      return known.length === 0 ? [] : [[parameter, known]];
    }),
  );
}

const CODES: Readonly<Partial<Record<OptionName, ErrorCode>>> = { label: "invalid-label", matrix: "invalid-matrix" };

function explain(option: OptionName, issue: z.core.$ZodIssue, root: unknown, yaml: YamlReading): UserError {
  const path = issue.path.map(String);
  const isName = issue.code === "invalid_key";
  const expected = isName ? (issue.issues[0]?.message ?? "a name") : issue.message;
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
  const subject = [option, ...path].join(".");
  const message = isName
    ? `The name \`${path.at(-1)}\` in \`${option}\` must be ${expected}.`
    : `\`${subject}\` must be ${expected}, but is ${describeValue(found)}.`;
  const isUnquoted = expected.startsWith("a text") && (typeof found === "number" || typeof found === "boolean");
  const isLoneValue = option === "matrix" && path.length === 1 && typeof found !== "object";
  return new UserError(message, {
    code: CODES[option] ?? "invalid-option",
    position: yaml.position([option, ...path]),
    hint:
      isUnquoted && !isLoneValue
        ? `Put it in quotes: "${found}".`
        : isLoneValue
          ? `A list of one value is [${found}].`
          : undefined,
  });
}
