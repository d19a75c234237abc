import type { MarkdownIt, RendererRule, Token } from "markdown-it";
import type { ProsePass } from "./prose-pass.ts";

/** Rules of markdown-it's renderer, by the types of tokens. */
export type Rules = MarkdownIt["renderer"]["rules"];

/** A rule that gets its token and the pass. */
export function rule(render: (token: Token, pass: ProsePass, tokens: Token[], index: number) => string): RendererRule {
  return (tokens, index, _options, env) => render(tokenAt(tokens, index), passOf(env), tokens, index);
}

export function tokenAt(tokens: readonly Token[], index: number): Token {
  const token = tokens[index];
  if (token === undefined) throw new Error(`No token at index ${index}`);
  return token;
}

export function passOf(env: unknown): ProsePass {
  const pass = (env as { readonly pass?: ProsePass } | undefined)?.pass;
  if (pass === undefined) throw new Error("Prose rendered without a pass");
  return pass;
}
