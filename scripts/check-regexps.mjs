/**
 * Part of `npm run check`: finds regular expressions that take more than linear time for some text (scslre), as text of reports and outputs
 * is arbitrary. A comment `// regexp: what the text is` in the line above accepts one whose text is short.
 */
import { readFileSync } from "node:fs";
import { analyse } from "scslre";
import { globSync } from "tinyglobby";
import ts from "typescript";

const FILES = ["src/**/*.ts", "templates/js/*.js"];

let count = 0;
let faulty = 0;
for (const file of globSync(FILES).sort()) {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lines = text.split("\n");
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
      count += 1;
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line;
      if (!/^\s*\/\/ regexp: \S/.test(lines[line - 1] ?? "") && isSuperlinear(node.text)) {
        faulty += 1;
        process.stdout.write(`${file}:${line + 1}: ${node.text} takes more than linear time for some text.\n`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function isSuperlinear(literal) {
  const [, pattern = "", flags = ""] = /^\/([\s\S]*)\/([a-z]*)$/.exec(literal) ?? [];
  return (
    analyse({ source: pattern, flags: flags.replace("d", "") }, { reportTypes: { Move: true } }).reports.length > 0
  );
}

if (count === 0) throw new Error("no regular expressions were found");
if (faulty > 0) {
  process.stdout.write(
    "Rewrite each, or state in a comment above what short text it reads: // regexp: digits of one number\n",
  );
  process.exit(1);
}
