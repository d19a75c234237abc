import type { LastExpression } from "../model/notebook.ts";
import { plainTerminalText } from "../render/text/terminal-text.ts";
import type { ReadOutput } from "./read-notebook.ts";

/** Finds the expression at the end of a cell; undefined for code that ends otherwise, or has a mistake. */
export type FindLastExpression = (code: string) => LastExpression | undefined;

/** How the values of a notebook are found. */
export interface ValueReading {
  readonly findLast: FindLastExpression;
  /** Whether the kernel prints the value of a last expression, as tslab does, and gives no result of its own. */
  readonly printsValues: boolean;
}

/** Code of a cell whose last expression is shown as a kernel of JavaScript shows it. */
export interface ShownValue {
  readonly code: string;
  /** Whether `console.log()` was put around the last expression. */
  readonly isPrinted: boolean;
  /** A sentence about a value that the report may lack. */
  readonly warning: string | undefined;
}

/** Calls that print, by which a cell has text on stdout without showing a value. */
const PRINTS = /\bconsole\s*\.|\bprocess\s*\.\s*stdout\b|\bprint\w*\s*\(|\bdisplay\w*\s*\(/;

/**
 * Puts `console.log()` around the last expression of a cell whose value the notebook shows, because a report shows only what code
 * shows. Deno gives the value as a result of its own, tslab prints it. An image or HTML stays what it is: the report has it already.
 */
export function showLastValue(
  code: string,
  outputs: readonly ReadOutput[],
  { findLast, printsValues }: ValueReading,
): ShownValue {
  const result = outputs.find(({ output_type }) => output_type === "execute_result");
  const isText =
    result?.output_type === "execute_result" && Object.keys(result.data).every((type) => type === "text/plain");
  const isPrinted =
    printsValues && outputs.some((output) => output.output_type === "stream" && output.name === "stdout");
  const as = (isShown: boolean, warning?: string): ShownValue => ({ code, isPrinted: isShown, warning });
  if (result === undefined ? !isPrinted || PRINTS.test(code) : !isText) return as(false);
  const last = findLast(code);
  if (last === undefined) {
    const warning =
      "The notebook shows a value of this cell, and its code ends in no expression. Write `console.log(value)`.";
    return as(false, result === undefined ? undefined : warning);
  }
  if (result === undefined && last.mayBeVoid) {
    return as(
      false,
      "If the text in the notebook is the value of the last expression, write `console.log(…)` around that expression: a report shows no values by itself.",
    );
  }
  const shown = `${code.slice(0, last.start)}console.log(${code.slice(last.start, last.end)})${code.slice(last.end)}`;
  return { code: shown, isPrinted: true, warning: undefined };
}

/** The text of a value as `console.log()` prints it: Deno writes a string with its quotes. */
export function valueText(text: string): string {
  const plain = plainTerminalText(text).trim();
  if (!/^"(?:[^"\\\n]|\\.)*"$/.test(plain)) return text;
  try {
    return String(JSON.parse(plain));
  } catch {
    // An escape that only JavaScript has, such as \x1b: the text stays as the kernel wrote it.
    return text;
  }
}
