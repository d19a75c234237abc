import { didYouMean, nearest, UserError } from "../errors.ts";
import { USER_PROBES, type UserProbe } from "../model/probes.ts";
import type { Scalar } from "../model/values.ts";
import { INSTALLED, RUNTIME_EXPECTED, runtimeSchema } from "./runtime-option.ts";
import { describeValue, type YamlReading } from "./yaml.ts";

/** Value of a matrix parameter that stands for a list of heap sizes, in multiples of the smallest heap. */
export const MULTIPLES = "multiples";

/** Largest number of variants of a cell. */
const MOST_VARIANTS = 10_000;

type Matrix = Readonly<Record<string, readonly Scalar[]>>;

function countVariants(matrix: Matrix): number {
  return Object.values(matrix).reduce((count, values) => count * values.length, 1);
}

/**
 * Limits the matrix with which the checks go on after an error. If it has too many variants, each parameter keeps only
 * its first value: a list of ten million variants would take a minute and gigabytes of memory.
 */
export function boundMatrix(matrix: Matrix): Matrix {
  if (countVariants(matrix) <= MOST_VARIANTS) return matrix;
  return Object.fromEntries(Object.entries(matrix).map(([parameter, values]) => [parameter, values.slice(0, 1)]));
}

/** Finds errors `invalid-matrix`: a matrix with too many variants, and a parameter with the same value twice. */
export function checkMatrix(matrix: Matrix, yaml: YamlReading): UserError[] {
  const errors: UserError[] = [];
  const variants = countVariants(matrix);
  if (variants > MOST_VARIANTS) {
    errors.push(
      new UserError(`The matrix has ${variants.toLocaleString("en")} variants.`, {
        code: "invalid-matrix",
        position: yaml.position(["matrix"]),
        hint: `Each variant is a process of its own. The most is ${MOST_VARIANTS.toLocaleString("en")}.`,
      }),
    );
  }
  for (const [parameter, values] of Object.entries(matrix)) {
    const position = yaml.position(["matrix", parameter]);
    const fail = (message: string): void => {
      errors.push(new UserError(message, { code: "invalid-matrix", position }));
    };
    // Compared as text, because the page and flags show text: 1 and "1" would look like one variant.
    const shown = values.map(String);
    const seen = new Set<string>();
    const repeated = shown.find((value) => seen.size === seen.add(value).size);
    if (repeated !== undefined) fail(`\`matrix.${parameter}\` has the value ${repeated} twice.`);
  }
  return errors;
}

/**
 * Finds the matrix parameter whose value is `multiples`, and returns its name; undefined if there is none. A second
 * such parameter is an error.
 */
export function checkMultiples(matrix: unknown, yaml: YamlReading, errors: UserError[]): string | undefined {
  const [first, second] = Object.entries(Object(matrix)).flatMap(([name, value]) =>
    value === MULTIPLES ? [name] : [],
  );
  if (second !== undefined) {
    const message = `\`matrix.${second}\` cannot be \`multiples\` as well: a process has one heap.`;
    errors.push(new UserError(message, { code: "invalid-matrix", position: yaml.position(["matrix", second]) }));
  }
  return first;
}

/** Checks the matrix parameter `runtime`: its values must be runtimes, and the cell must have no option `runtime`. */
export function checkRuntime(matrix: Matrix, written: ReadonlyMap<string, unknown>, yaml: YamlReading): UserError[] {
  const runtimes = matrix["runtime"];
  if (runtimes === undefined) return [];
  const errors = runtimes.flatMap((value, index) => {
    if (runtimeSchema.safeParse(value).success) return [];
    if (value === INSTALLED) {
      const message = "`installed` stands for the whole list of runtimes and cannot be an item of a list.";
      const position = yaml.position(["matrix", "runtime", index]);
      return [new UserError(message, { code: "invalid-matrix", position, hint: "matrix: { runtime: installed }" })];
    }
    const hint = /^v?\d+(\.\d+){0,2}$/.test(String(value))
      ? `Did you mean \`node@${String(value).replace("v", "")}\`?`
      : undefined;
    const message = `\`matrix.runtime\` must be a list of ${RUNTIME_EXPECTED}, but has ${describeValue(value)}.`;
    const position = yaml.position(["matrix", "runtime", index]);
    return [new UserError(message, { code: "invalid-matrix", position, hint })];
  });
  if (!written.has("runtime")) return errors;
  return [
    ...errors,
    new UserError("The cell chooses its runtime twice: with `runtime` and with `matrix.runtime`.", {
      code: "invalid-option",
      position: yaml.position(["runtime"]),
      hint: "Remove one of the two.",
    }),
  ];
}

/**
 * Checks the form of flags. Adds `unknown-parameter` and `invalid-flag` to `errors`.
 * @param parameters names of the matrix parameters, which flags may insert
 * @returns the flags with `{{ name }}` written as `{{name}}`
 */
export function checkFlags(
  written: readonly string[],
  parameters: readonly string[],
  yaml: YamlReading,
  errors: UserError[],
): string[] {
  const position = yaml.position(["flags"]);
  return written.map((raw) => {
    const complete = raw.replace(/\{\{([^{}]*)\}\}/g, (_, inner: string) => {
      const parameter = inner.trim();
      if (!parameters.includes(parameter)) {
        const message = `The flag \`${raw}\` inserts \`${parameter}\`, which is not a parameter of the cell's matrix.`;
        const hint = parameters.length === 0 ? `Add one: //| matrix: { ${parameter || "size"}: [1, 2, 4] }` : undefined;
        const near = hint ?? didYouMean(parameter, parameters, "matrix parameters");
        errors.push(new UserError(message, { code: "unknown-parameter", position, hint: near }));
      }
      return `{{${parameter}}}`;
    });
    const plain = complete.replace(/\{\{[^{}]*\}\}/g, "x");
    const isFlag = complete.startsWith("-") ? /^--?[A-Za-z]/.test(plain) : complete.startsWith("{{");
    if (!isFlag || /[{}]{2}/.test(plain)) {
      const hint = "A flag begins with two dashes, such as --max-old-space-size=64 or --max-semi-space-size={{size}}.";
      errors.push(new UserError(`\`${raw}\` is not a V8 flag.`, { code: "invalid-flag", position, hint }));
    }
    return complete;
  });
}

/** The probes that a cell names, each once. Adds `unknown-probe` to `errors` for unknown names. */
export function checkProbes(written: readonly string[], yaml: YamlReading, errors: UserError[]): UserProbe[] {
  const known: UserProbe[] = [];
  for (const word of written) {
    const probe = USER_PROBES.find((one) => one === word);
    if (probe !== undefined) {
      if (!known.includes(probe)) known.push(probe);
      continue;
    }
    const isOutput = word === "output";
    // The probe that was meant counts, so that metrics of it are not reported as missing, too.
    const meant = USER_PROBES.find((one) => one === nearest(word, USER_PROBES));
    if (meant !== undefined && !isOutput && !known.includes(meant)) known.push(meant);
    const hint = isOutput
      ? "Remove `output` from the list: every cell has that probe."
      : didYouMean(word, USER_PROBES, "probes");
    const message = isOutput ? "`probes` cannot name `output`." : `Unknown probe \`${word}\`.`;
    errors.push(new UserError(message, { code: "unknown-probe", position: yaml.position(["probes"]), hint }));
  }
  return known;
}

/**
 * Finds captions that do not fit the kind of the label, so that the page would not show them: errors `invalid-label`.
 */
export function checkCaptions(
  label: string | undefined,
  written: ReadonlyMap<string, unknown>,
  yaml: YamlReading,
): UserError[] {
  const fail = (option: string, message: string, hint: string): UserError =>
    new UserError(message, { code: "invalid-label", position: yaml.position([option]), hint });
  if (label?.startsWith("sec-")) {
    return [
      fail(
        "label",
        `A cell cannot be the section \`${label}\`.`,
        "Labels of sections stand at headings: ## Title {#sec-…}",
      ),
    ];
  }
  if (label?.startsWith("fig-") && written.has("tbl-cap")) {
    return [
      fail(
        "tbl-cap",
        `\`${label}\` is a figure and cannot have \`tbl-cap\`.`,
        "Use fig-cap, or a label that begins with tbl-.",
      ),
    ];
  }
  if (label?.startsWith("tbl-") && written.has("fig-cap")) {
    return [
      fail(
        "fig-cap",
        `\`${label}\` is a table and cannot have \`fig-cap\`.`,
        "Use tbl-cap, or a label that begins with fig-.",
      ),
    ];
  }
  return [];
}
