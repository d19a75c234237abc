import type { MarkdownIt, RendererRule, Token } from "markdown-it";
import type { ProsePass } from "./prose-pass.ts";

/** The rules of markdown-it's renderer, by type of token. */
export type Rules = MarkdownIt["renderer"]["rules"];

/** Makes a markdown-it rule from a function that gets the token itself and the state of the rendering. */
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
