import { printExpression } from "./call-printer.ts";
import { isConstant, type Node, unwrap } from "./nodes.ts";

/**
 * Matches a variable or `this` with members, as V8 writes them in messages, such as `this.lists.open` or `list(...)`.
 */
const CHAIN = /^([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)(\(\.\.\.\))?$/;

/** Words that are not allowed as a variable's name everywhere. */
const UNNAMEABLE: ReadonlySet<string> = new Set(["super", "arguments", "eval", "let", "static", "yield", "await"]);

/**
 * Returns a statement that throws V8's own error for the value `$hb_e`, with the author's expression in the message. V8
 * copies the name from the code, so the statement contains an expression of the same form.
 * @param node the author's expression
 * @param iterates a statement that uses `$hb_e`, and throws
 */
export function refusal(node: Node, source: string, iterates: string): string {
  const name = printExpression(node, source);
  if (isConstant(node) && unwrap(node).type === "Literal") return iterates.replace("$hb_e", () => name);
  const [, root = "", members = "", call] = CHAIN.exec(name) ?? [];
  if (root === "" || UNNAMEABLE.has(root) || (root === "this" && members === "" && call === undefined)) return iterates;
  const value = members
    .split(".")
    .slice(1)
    .reduceRight((inner, key) => `{${key}:${inner}}`, call === undefined ? "$hb_e" : "()=>$hb_e");
  const statement = iterates.replace("$hb_e", name.replace("(...)", "()"));
  return root === "this" ? `(function(){${statement}}).call(${value});` : `{const ${root}=${value};${statement}}`;
}
