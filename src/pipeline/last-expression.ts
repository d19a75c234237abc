import { createRequire } from "node:module";
import { loadWithParser } from "../bundle/parser.ts";
import type { LastExpression } from "../model/notebook.ts";

/** Loads the parser, and returns the function that finds the last expression of a cell of JavaScript or TypeScript. */
export async function loadLastExpression(): Promise<(code: string) => LastExpression | undefined> {
  const { parseSync } = await loadWithParser(
    (async () => createRequire(import.meta.url)("oxc-parser") as typeof import("oxc-parser"))(),
  );
  return (code) => {
    // TypeScript has all of JavaScript; `<T>value` is no JSX.
    const parsed = ["cell.ts", "cell.tsx"].map((name) => parseSync(name, code, { sourceType: "module" }));
    const program = parsed.find(({ errors }) => errors.length === 0)?.program;
    const last = program?.body.at(-1);
    if (last?.type !== "ExpressionStatement") return undefined;
    const { expression } = last;
    // Of `a, b` the value is that of `b`.
    const { type, start, end } =
      (expression.type === "SequenceExpression" && expression.expressions.at(-1)) || expression;
    return { start, end, mayBeVoid: /^(?:Call|Await|Assignment|Update|Unary|Chain)Expression$/.test(type) };
  };
}
