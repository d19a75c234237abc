import { didYouMean, UserError } from "../errors.ts";
import type { ProbeName } from "../model/probes.ts";
import type { Scalar } from "../model/values.ts";
import { INSTALLED, RUNTIME_EXPECTED, runtimeSchema } from "./runtime-option.ts";
import { describeValue, type YamlReading } from "./yaml.ts";

/** What a cell may ask for: every probe but `output`, which every cell has, and `bracket`, which comes with `peak`. */
export type UserProbe = Exclude<ProbeName, "output" | "bracket">;

const PROBES: readonly UserProbe[] = ["peak", "allocated", "lines", "gc", "time", "min-heap"];

/** What is written for the sizes of the heap at which collectors are compared. */
export const MULTIPLES = "multiples";

type Matrix = Readonly<Record<string, readonly Scalar[]>>;

/** Problems of a matrix whose shape is right. */
export function checkMatrix(matrix: Matrix, yaml: YamlReading): UserError[] {
  const errors: UserError[] = [];
  for (const [parameter, values] of Object.entries(matrix)) {
    const position = yaml.position(["matrix", parameter]);
    const fail = (message: string): void => {
      errors.push(new UserError(message, { code: "invalid-matrix", position }));
    };
    // Values are compared as they are shown and as flags take them: 1 and "1" would be one variant to the reader.
    const shown = values.map(String);
    const repeated = shown.find((value, index) => shown.indexOf(value) !== index);
    if (repeated !== undefined) fail(`\`matrix.${parameter}\` has the value ${repeated} twice.`);
  }
  return errors;
}

/** The parameter of a matrix that is written as `multiples` of the smallest heap; a second one is an error. */
export function checkMultiples(matrix: unknown, yaml: YamlReading, errors: UserError[]): string | undefined {
  const [first, second] = Object.entries(Object(matrix)).flatMap(([name, value]) =>
    value === MULTIPLES ? [name] : [],
  );
  if (second !== undefined) {
    const message = `\`matrix.${second}\` cannot be \`multiples\` too: a process has one heap.`;
    errors.push(new UserError(message, { code: "invalid-matrix", position: yaml.position(["matrix", second]) }));
  }
  return first;
}

/** A matrix parameter `runtime` chooses the runtime of the variant: its values are runtimes, and there is no other choice. */
export function checkRuntime(matrix: Matrix, written: ReadonlyMap<string, unknown>, yaml: YamlReading): UserError[] {
  const runtimes = matrix["runtime"];
  if (runtimes === undefined) return [];
  const errors = runtimes.flatMap((value, index) => {
    if (runtimeSchema.safeParse(value).success) return [];
    if (value === INSTALLED) {
      const message = "`installed` stands for the whole list of runtimes, and cannot be one of them.";
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
    new UserError("The matrix has a parameter `runtime`, which chooses the runtime of each variant already.", {
      code: "invalid-option",
      position: yaml.position(["runtime"]),
      hint: "Leave out one of the two.",
    }),
  ];
}

/**
 * The flags, with blanks inside their `{{ name }}` removed; problems are added to `errors`.
 * @param parameters names of the matrix
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
        const message = `The flag \`${raw}\` inserts \`${parameter}\`, which is no parameter of the cell's matrix.`;
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

/** The probes asked for, each once; problems are added to `errors`. */
export function checkProbes(written: readonly string[], yaml: YamlReading, errors: UserError[]): UserProbe[] {
  const known: UserProbe[] = [];
  for (const word of written) {
    const probe = PROBES.find((one) => one === word);
    if (probe !== undefined) {
      if (!known.includes(probe)) known.push(probe);
      continue;
    }
    const isOutput = word === "output";
    const hint = isOutput ? "Every cell has it: leave it out." : didYouMean(word, PROBES, "probes");
    const message = isOutput ? "The probe `output` is not chosen." : `Unknown probe \`${word}\`.`;
    errors.push(new UserError(message, { code: "unknown-probe", position: yaml.position(["probes"]), hint }));
  }
  return known;
}

/** Labels and captions that contradict each other: a caption of the other kind would be dropped without a word. */
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
        `\`${label}\` is a figure, and has no \`tbl-cap\`.`,
        "Use fig-cap, or a label that begins with tbl-.",
      ),
    ];
  }
  if (label?.startsWith("tbl-") && written.has("fig-cap")) {
    return [
      fail(
        "fig-cap",
        `\`${label}\` is a table, and has no \`fig-cap\`.`,
        "Use tbl-cap, or a label that begins with fig-.",
      ),
    ];
  }
  return [];
}
