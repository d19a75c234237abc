import { expect, it, vi } from "vitest";
import { placeImports } from "../../../src/bundle/own-imports.ts";

// As where npm left out the binary of oxc-parser.
vi.mock("oxc-parser", () => {
  throw new Error("Cannot find native binding.");
});

const MAP = JSON.stringify({ version: 3, sources: ["cell:report.md"], names: [], mappings: "AAAA" });
const place = (code: string): Promise<string> => placeImports(code, MAP, "/tmp");
/** The code without the lines that are added. */
const placed = async (code: string): Promise<string> =>
  (await place(code)).split("\n")[0]?.replace(/^const heapbookFolder = process.cwd\(\); /, "") ?? "";

it.each([
  ["import(name);", "$hbi00(name);"],
  [`import(\`./\${name}.mjs\`);`, `$hbi00(\`./\${name}.mjs\`);`],
  ["a(import(x + (await import(y)).z));", "a($hbi00(x + (await $hbi00(y)).z));"],
  ["import(/* a */ name, { with: { type: 'json' } });", "$hbi00(/* a */ name, { with: { type: 'json' } });"],
  ["x = a++ / import(z) / 2;", "x = a++ / $hbi00(z) / 2;"],
  ["import.meta.resolve(name);", "$hbImportResolver00(name);"],
])("computed imports are placed without the parser's binary: %s", async (code, expected) => {
  expect(await placed(code)).toBe(expected);
});

it.each([
  'import("./a.mjs");',
  "import(`./a.mjs`);",
  "const o = { import(a) { return a; } }; o.import(x); o?.import(x);",
  "class A { static import(b) {} }",
  'const r = /import(x)/.test("import(y)"); `import(q)`;',
  "if (a) /import(w)/.test(1); // import(v)",
  "import.meta.url;",
])("what is no computed import stays: %s", async (code) => {
  expect(await place(code)).toBe(code);
});

it.each([
  ["brackets", `a = ${"(".repeat(20_000)}import(x)${")".repeat(20_000)};`],
  ["a sum", `${"a + ".repeat(100_000)}1; import(x);`],
])("deeply nested code ends no render: %s", async (_, code) => {
  expect(await place(code)).toContain("import");
});
