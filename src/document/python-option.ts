import * as z from "zod";
import { UserError } from "../errors.ts";
import type { Scalar } from "../model/values.ts";
import { MULTIPLES } from "./cell-checks.ts";
import type { CellLanguage } from "./types.ts";
import { describeValue, type YamlReading } from "./yaml.ts";

/** Words for error messages: the values that `python` accepts. */
const PYTHON_EXPECTED = "`auto`, `system`, `pyodide`, `python3.12` or the path of a Python, such as ./venv/bin/python";

/**
 * Schema of the option `python`: `auto` (the system's Python, else Pyodide), `system` (`python3` of the PATH),
 * `pyodide`, a program of the PATH such as `python3.12`, or a path with a slash, relative to the report's folder.
 * Whether that Python exists is checked later.
 */
export const pythonSchema = z
  .string(PYTHON_EXPECTED)
  .trim()
  .regex(/^(?:auto|system|pyodide|python\d(?:\.\d+)?t?|[^/\\\r\n]*[/\\].*)$/, PYTHON_EXPECTED);

/** Options that configure V8, which python cells do not use. */
const V8_OPTIONS = ["flags", "probes", "warmup", "runtime"] as const;

/** Finds options that do not fit the language of a cell. `language` is undefined if the fence names an unknown one. */
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
      `\`${option}\` configures V8, and a python cell does not run in V8.`,
      option === "runtime" ? "`python` chooses the interpreter of a python cell." : "Remove the option.",
    ),
  );
  for (const [name, values] of Object.entries(Object(written.get("matrix")))) {
    if (name === "runtime") {
      const message = "The matrix parameter `runtime` chooses a Node, and a python cell does not run in Node.";
      errors.push(fail(["matrix", name], message, "`python` chooses the interpreter of each variant."));
    }
    if (values === MULTIPLES) {
      const message = `\`matrix.${name}\` cannot be \`${MULTIPLES}\`: multiples are sizes of V8's heap.`;
      errors.push(fail(["matrix", name], message));
    }
  }
  return errors;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Checks the matrix parameter `python`: its values must be Pythons, and the cell must have no option `python`. */
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
  const message = "The cell chooses its Python twice: with `python` and with `matrix.python`.";
  const position = yaml.position(["python"]);
  return [...errors, new UserError(message, { code: "invalid-option", position, hint: "Remove one of the two." })];
}
