import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Scalar } from "../model/values.ts";
import { MULTIPLES } from "./cell-checks.ts";
import type { CellLanguage } from "./types.ts";
import { describeValue, type YamlReading } from "./yaml.ts";

/** What `python` must be, for messages. */
export const PYTHON_EXPECTED =
  "`auto`, `system`, `pyodide`, `python3.12` or the path of a Python, such as ./venv/bin/python";

/**
 * What `python` takes: `auto` (the system's, else Pyodide), `system` (the `python3` of the PATH), `pyodide`, a program of the
 * PATH such as `python3.12`, or a path with a slash in it, relative to the report's folder. Whether there is such a Python is
 * asked later.
 */
export const pythonSchema = z
  .string(PYTHON_EXPECTED)
  .trim()
  .regex(/^(?:auto|system|pyodide|python\d(?:\.\d+)?t?|.*[/\\].*)$/, PYTHON_EXPECTED);

/** Options about V8, which a python cell does not run in. */
const V8_OPTIONS = ["flags", "probes", "warmup", "runtime"] as const;

/** Options of a cell that do not go with its language. `language` is undefined where the fence names none that is known. */
export function checkLanguageOptions(
  language: CellLanguage | undefined,
  written: ReadonlyMap<string, unknown>,
  yaml: YamlReading,
): UserError[] {
  if (language === undefined) return [];
  const fail = (path: readonly string[], message: string, hint?: string): UserError =>
    new UserError(message, { code: "invalid-option", position: yaml.position(path), hint });
  if (language !== "python") {
    if (!written.has("python")) return [];
    return [fail(["python"], `\`python\` chooses the interpreter of python cells, and this is a ${language} cell.`)];
  }
  const asked = V8_OPTIONS.filter((option) => written.has(option) && !isEmptyList(written.get(option)));
  const errors = asked.map((option) =>
    fail(
      [option],
      `\`${option}\` is about V8, which a python cell does not run in.`,
      option === "runtime" ? "`python` chooses the interpreter of a python cell." : "Leave it out.",
    ),
  );
  for (const [name, values] of Object.entries(Object(written.get("matrix")))) {
    if (name === "runtime") {
      const message = "A matrix parameter `runtime` chooses a Node, which a python cell does not run in.";
      errors.push(fail(["matrix", name], message, "`python` chooses the interpreter of each variant."));
    }
    if (values === MULTIPLES) {
      const message = `\`matrix.${name}\` cannot be \`${MULTIPLES}\`: they are sizes of V8's heap.`;
      errors.push(fail(["matrix", name], message));
    }
  }
  return errors;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A matrix parameter `python` of a python cell chooses the interpreter of the variant: its values are Pythons. */
export function checkPythonMatrix(
  matrix: Readonly<Record<string, readonly Scalar[]>>,
  written: ReadonlyMap<string, unknown>,
  yaml: YamlReading,
): UserError[] {
  const pythons = matrix["python"];
  if (pythons === undefined) return [];
  const errors = pythons.flatMap((value, index) => {
    if (pythonSchema.safeParse(value).success) return [];
    const hint = /^\d\.\d+$/.test(String(value)) ? `Did you mean \`python${value}\`?` : undefined;
    const message = `\`matrix.python\` must be a list of ${PYTHON_EXPECTED}, but has ${describeValue(value)}.`;
    return [
      new UserError(message, { code: "invalid-matrix", position: yaml.position(["matrix", "python", index]), hint }),
    ];
  });
  if (!written.has("python")) return errors;
  const message = "The matrix has a parameter `python`, which chooses the Python of each variant already.";
  const position = yaml.position(["python"]);
  return [...errors, new UserError(message, { code: "invalid-option", position, hint: "Leave out one of the two." })];
}
