import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");
const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** Commands of the command line, without those within `runtime`. */
const commands = unique(
  [...read("src/commands/program.ts").matchAll(/program\s*\.command\("(\w+)"\)/g)].map(([, name = ""]) => name),
);

test("there are as many commands as functions that add one", () => {
  expect(commands.length).toBe(
    [...read("src/commands/program.ts").matchAll(/^function add[A-Z]\w*\(program: Command/gm)].length,
  );
});

test("README's table has a row for each command", () => {
  const rows = [...read("README.md").matchAll(/^\| `heapbook (\w+)/gm)].map(([, name = ""]) => name);
  expect(unique(rows)).toEqual(commands);
});

test("docs/security.md says of each command whether it runs code", () => {
  const [, sentences = ""] = /^What runs code of a report:(.*?)\n\n/ms.exec(read("docs/security.md")) ?? [];
  const named = [...sentences.matchAll(/`([a-z]+)`/g)].map(([, name = ""]) => name);
  expect(unique(named)).toEqual(commands);
});
