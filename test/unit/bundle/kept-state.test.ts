import { describe, expect, it } from "vitest";
import { bundleCell } from "../../../src/bundle/bundle-cell.ts";
import { keepState } from "../../../src/bundle/kept-state.ts";
import { cell, makeReportFolder } from "../../helpers/report-folder.ts";

/** Names that the last statement of a bundle keeps. */
function keptIn(code: string): readonly string[] {
  const [, names = ""] = /heapbook\.keep"\)\]\?\.\(\(\) => \[(.*)\]\);\n$/.exec(code) ?? [];
  return names === "" ? [] : names.split(", ");
}

async function keptOf(code: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = makeReportFolder();
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
  const report = folder.report(cell("a", code));
  const [only] = report.cells;
  if (only === undefined) throw new Error("the report has no cell");
  return keptIn((await bundleCell(report, only, { params: {}, results: new Map() })).code);
}

describe("the state that a bundle keeps", () => {
  it("is every declaration at the top level of modules beside the report, and none of the cell's own", async () => {
    const kept = await keptOf(
      'import { get, Größe } from "./lib.ts"; const own = [1]; get(); new Größe(); own.at(0);',
      {
        "lib.ts": `const { a, inner: [b, ...rest] } = JSON.parse('{"a":1,"inner":[2,3]}'), table = Array.from("ab");
let cache: unknown;
export class Größe { static made = 1; }
export function get() { const local = 1; cache = table; return [a, b, rest, cache, local]; }
`,
      },
    );
    expect(kept).toEqual(expect.arrayContaining(["a", "b", "rest", "table", "cache", "Größe", "get"]));
    expect(kept).not.toContain("own");
    expect(kept).not.toContain("local");
  });

  it("is that of CommonJS modules and packages, too", async () => {
    const kept = await keptOf('import lib from "./lib.cjs"; import { deep } from "pkg"; lib(deep);', {
      "lib.cjs": "const store = {}; module.exports = (k) => { store[k] = 1; };",
      "node_modules/pkg/package.json": '{ "name": "pkg", "type": "module", "main": "index.js" }',
      "node_modules/pkg/index.js": "export const deep = [Math.random()];",
    });
    expect(kept).toEqual(expect.arrayContaining(["require_lib", "deep"]));
  });

  it("is nothing of the cell library, and a bundle without modules is unchanged", async () => {
    expect(await keptOf('import { measure } from "heapbook"; measure(() => 1);', {})).toEqual([]);
    const code = "// report.md\nvar x = 1;\n";
    expect(keepState(code, ["report.md"], "/r")).toBe(code);
  });

  it("has no words of texts that are no names, and every name of a pattern with default values", () => {
    const code = [
      "// lib.js",
      "var { a = { x: this }, b: [c = null, ...d] } = f();",
      "var text = `",
      "let this be for all;",
      "class default",
      "const { if: else } = 1",
      "`;",
      "class Foo extends Bar {",
      "var größe;",
    ].join("\n");
    const kept = keptIn(keepState(code, ["lib.js"], "/r"));
    expect(kept).toEqual(expect.arrayContaining(["a", "c", "d", "text", "Foo", "größe"]));
    for (const word of ["this", "for", "default", "if", "else", "null"]) expect(kept).not.toContain(word);
    expect(() => new Function(`[${kept.join(", ")}]`)).not.toThrow();
  });

  it("does not contain what a function that nothing uses would add: an edit there leaves the bundle as it is", async () => {
    const lib = (extra: string) => ({ "lib.ts": `export const used = () => 1;\n${extra}` });
    const code = 'import { used } from "./lib.ts"; used();';
    expect(await keptOf(code, lib("export const unused = () => 2;"))).toEqual(await keptOf(code, lib("")));
  });
});
