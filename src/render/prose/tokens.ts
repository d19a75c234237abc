import type { Token } from "markdown-it";

/**
 * Yields all tokens, including the children of inline tokens, each with its line (from 1).
 * @param line line for tokens without a position
 */
export function* walkTokens(tokens: readonly Token[], line: number): Generator<{ token: Token; line: number }> {
  let current = line;
  for (const token of tokens) {
    if (token.map !== null) current = token.map[0] + 1;
    yield { token, line: current };
    if (token.children !== null) {
      let inner = current;
      for (const child of token.children) {
        yield* walkTokens([child], inner);
        if (child.type === "softbreak" || child.type === "hardbreak") inner += 1;
      }
    }
  }
}
