import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";
import { globSync } from "tinyglobby";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

interface Expression {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value?: unknown;
  readonly consequent?: Expression;
  readonly alternate?: Expression;
}

/** Source texts, without quotes, that an expression can give: one of a text, two of a choice between texts. */
function texts(node: Expression | null | undefined, source: string): readonly string[] {
  if (node?.type === "ConditionalExpression")
    return [...texts(node.consequent, source), ...texts(node.alternate, source)];
  const isText = node?.type === "TemplateLiteral" || (node?.type === "Literal" && typeof node.value === "string");
  return node && isText ? [source.slice(node.start + 1, node.end - 1)] : [];
}

/** Messages of a module's errors: the argument of `new UserError(…)`, or a constant `message`. */
function messagesOf(path: string): readonly string[] {
  const source = readFileSync(path, "utf8");
  if (!source.includes("UserError")) return [];
  const found: string[] = [];
  const isPassed = /(?:new UserError|brokenImage)\(message\b/.test(source);
  new Visitor({
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type === "Identifier" && callee.name === "UserError")
        found.push(...texts(given[0] as Expression, source));
    },
    VariableDeclarator: ({ id, init }) => {
      if (isPassed && id.type === "Identifier" && id.name === "message")
        found.push(...texts(init as Expression, source).filter((text) => text !== ""));
    },
  }).visit(parseSync(path, source).program);
  return found;
}

/** A sentence begins with a capital letter, or with a name: of a file, an option, a program. */
const BEGINS = /^(?:[A-Z0-9]|\\`|`|\$\{|--|npm[ ,]|heapbook|report\.)/;
/** Words that a function of the module puts behind the name of a file. */
const PREDICATE = /^(?:has|is|was) /;
/** A sentence ends with its mark. After a colon, the words of another tool end as that tool wrote them. */
const ENDS = /[.?!]$|: \$\{[^:]*\}$|\$\{message\}$/;

test("error messages are sentences, with a capital letter and a full stop", () => {
  const modules = globSync("src/**/*.ts", { cwd: root, ignore: "src/harness/**", absolute: true });
  const messages = modules.flatMap((path) => messagesOf(path).map((text) => `${path.slice(root.length)}: ${text}`));
  const wrong = messages.filter((message) => {
    const text = message.slice(message.indexOf(": ") + 2);
    return !((BEGINS.test(text) || PREDICATE.test(text)) && ENDS.test(text));
  });
  expect(messages.length).toBeGreaterThan(200);
  expect(wrong).toEqual([]);
});
