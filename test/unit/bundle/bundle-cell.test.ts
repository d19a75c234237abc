import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { bundleCell } from "../../../src/bundle/bundle-cell.ts";
import type { Bundle, BundleInput } from "../../../src/bundle/types.ts";
import type { Report } from "../../../src/document/types.ts";
import { formatPosition, UserErrors } from "../../../src/errors.ts";
import { createFrameMapper } from "../../../src/process/stack-frames.ts";
import { cell, makeReportFolder, type ReportFolder } from "../../helpers/report-folder.ts";

const NOTHING: BundleInput = { params: {}, results: new Map() };

async function bundle(report: Report, label: string, input: BundleInput = NOTHING): Promise<Bundle> {
  const found = report.cells.find((each) => each.label === label);
  if (found === undefined) throw new Error(`no cell ${label}`);
  return bundleCell(report, found, input);
}

/**
 * Runs a bundle in this process; it leaves what it found in `globalThis.seen`. By Node's own import: vitest's would give
 * a module `__dirname` and more, which an ES module lacks.
 */
async function run(folder: ReportFolder, { code }: Bundle): Promise<unknown> {
  const path = join(folder.root, `bundle-${Math.random()}.mjs`);
  writeFileSync(path, code);
  writeFileSync(join(folder.root, "import.cjs"), "module.exports = (url) => import(url);");
  await createRequire(import.meta.url)(join(folder.root, "import.cjs"))(pathToFileURL(path).href);
  return (globalThis as { seen?: unknown }).seen;
}

async function problems(
  report: Report,
  label: string,
): Promise<{ code: string; at: string; message: string; hint: string }[]> {
  const error = await bundle(report, label).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserErrors)) throw error ?? new Error("the bundle was made");
  return error.errors.map(({ code, position, message, hint }) => ({
    code,
    at: position === undefined ? "" : formatPosition(position),
    message,
    hint: hint ?? "",
  }));
}

/** Where the author wrote the text that stands in the bundle, as `file:line`. */
function placeOf({ code, map }: Bundle, text: string): string {
  const lines = code.split("\n");
  const line = lines.findIndex((each) => each.includes(text));
  const mapped = createFrameMapper(map).map(line + 1, (lines[line] ?? "").indexOf(text) + 1);
  return mapped === undefined ? "nowhere" : `${mapped.file}:${mapped.line}`;
}

describe("the library's `tracemalloc`", () => {
  it.each([
    ['const { random } = await import("heapbook"); random();', false],
    ['import * as all from "heapbook"; globalThis.x = all;', false],
    ['import { random } from "heapbook"; random();', false],
    ['import { tracemalloc as trace } from "heapbook"; trace(() => {});', true],
    ['const all = await import("heapbook"); all.tracemalloc(() => {});', true],
  ])("is used where the author's code names it: %s", async (code, uses) => {
    const report = makeReportFolder().report(cell("a", code));
    expect((await bundle(report, "a")).usesTracemalloc).toBe(uses);
  });
});

describe("source maps", () => {
  it("lead to the lines of report.md, after options and front matter", async () => {
    const { report } = makeReportFolder();
    const made = await bundle(
      report(`Prose.\n\n${cell("a", "const x = 1;\n\nthrow new Error(`here` + x);", "echo: false")}`),
      "a",
    );
    // 3 lines of front matter, 2 of prose, the fence, two options, then the third line of code
    expect(placeOf(made, "here")).toBe("report.md:11");
  });

  it("lead to the lines of a cell in a list and in a quotation", async () => {
    const { report } = makeReportFolder();
    const listed = report(
      "- item\n\n  ```{ts}\n  //| label: listed\n  globalThis.a = 1;\n  globalThis.b = 2;\n  ```\n",
    );
    expect(placeOf(await bundle(listed, "listed"), "globalThis.b")).toBe("report.md:9");
    const quoted = report("> ```{ts}\n> //| label: quoted\n> globalThis.a = 1;\n> ```\n");
    expect(placeOf(await bundle(quoted, "quoted"), "globalThis.a")).toBe("report.md:6");
  });

  it("lead to modules beside the report and to the cells that a cell contains", async () => {
    const folder = makeReportFolder();
    folder.write("lib/walk.ts", "// a comment\nexport const walk = (n: number): number => n + 17;\n");
    const source = folder.report(
      cell("one", 'import { walk } from "./lib/walk.ts";\nexport const twice = (n: number): number => walk(n) * 31;') +
        cell("two", 'import { twice } from "cell:one";\nglobalThis.seen = twice(53);'),
    );
    const made = await bundle(source, "two");
    expect(placeOf(made, "n + 17")).toBe("lib/walk.ts:2");
    expect(placeOf(made, "31")).toBe("report.md:7");
    expect(placeOf(made, "53")).toBe("report.md:13");
    expect(made).toMatchObject({ cellImports: ["one"], resultImports: [] });
    expect(await run(folder, made)).toBe((53 + 17) * 31);
  });
});

describe("imports", () => {
  it("take a package that is an ES module", async () => {
    const folder = makeReportFolder();
    folder.write("node_modules/tiny/package.json", '{"name":"tiny","type":"module","exports":"./index.js"}');
    folder.write("node_modules/tiny/index.js", "export const tiny = 'esm';");
    const made = await bundle(folder.report(cell("a", 'import { tiny } from "tiny";\nglobalThis.seen = tiny;')), "a");
    expect(await run(folder, made)).toBe("esm");
  });

  it("take a CommonJS package that requires a built-in and asks where it is", async () => {
    const folder = makeReportFolder();
    folder.write("node_modules/old/package.json", '{"name":"old","main":"main.js"}');
    folder.write("node_modules/old/data.txt", "data of the package");
    folder.write(
      "node_modules/old/main.js",
      'const fs = require("node:fs");\nexports.data = fs.readFileSync(require("path").join(__dirname, "data.txt"), "utf8");\nexports.file = __filename;',
    );
    const made = await bundle(folder.report(cell("a", 'import old from "old";\nglobalThis.seen = old;')), "a");
    expect(await run(folder, made)).toEqual({
      data: "data of the package",
      file: join(folder.folder, "node_modules/old/main.js"),
    });
  });

  it("leave alone a `require` that the cell made itself", async () => {
    const folder = makeReportFolder();
    folder.write("node_modules/old/package.json", '{"name":"old","main":"main.js"}');
    folder.write("node_modules/old/main.js", 'exports.sep = require("path").sep;');
    const code =
      'import { createRequire } from "node:module";\nimport old from "old";\nconst require = createRequire(import.meta.url);\nglobalThis.seen = [require("node:path").sep, old.sep];';
    expect(await run(folder, await bundle(folder.report(cell("a", code)), "a"))).toEqual(["/", "/"]);
  });

  it("read JSON, CSV, TSV and text", async () => {
    const folder = makeReportFolder();
    folder.write("a.json", '{"n": 1}');
    folder.write("b.csv", 'name,size\n"Doe, J",3\nx,\ny,0x10\nz,1e3\n');
    folder.write("c.tsv", "name\tsize\np q\t4\n");
    folder.write("d.txt", "text\n");
    const code =
      'import a from "./a.json";\nimport b from "./b.csv";\nimport c from "./c.tsv";\nimport d from "./d.txt";\nimport e from "./b.csv" with { type: "text" };\nglobalThis.seen = { a, b, c, d, e: e.length };';
    expect(await run(folder, await bundle(folder.report(cell("a", code)), "a"))).toEqual({
      a: { n: 1 },
      b: [
        { name: "Doe, J", size: 3 },
        { name: "x", size: "" },
        { name: "y", size: 16 },
        { name: "z", size: 1000 },
      ],
      c: [{ name: "p q", size: 4 }],
      d: "text\n",
      e: 37,
    });
  });

  it("read large CSV, TSV and JSON as small ones, in a fraction of the code", async () => {
    const folder = makeReportFolder();
    const rows = Array.from({ length: 30_000 }, (_, row) => [row, `it's \\ ${row}`, "", 'a "b"', `${row}.5`]);
    const fields = rows.map(
      ([id, name, none, quoted, own]) => `${id},${name},${none},"${String(quoted).replaceAll('"', '""')}",${own}`,
    );
    const text = ["id,name,none,quoted,__proto__", ...fields, "short"].join("\r\n");
    expect(text.length).toBeGreaterThan(1 << 20);
    folder.write("b.csv", text);
    folder.write("c.tsv", text.replaceAll(",", "\t"));
    const json = JSON.stringify(rows);
    expect(json.length).toBeGreaterThan(1 << 20);
    folder.write("a.json", json);
    const code =
      'import a from "./a.json";\nimport b from "./b.csv";\nimport c from "./c.tsv";\nglobalThis.seen = [a, b, c.length, c.at(-1)];';
    const bundled = await bundle(folder.report(cell("a", code)), "a");
    expect(bundled.code.length).toBeLessThan(text.length * 2 + json.length * 1.5);
    const [a, b, length, last] = (await run(folder, bundled)) as [unknown, unknown[], number, unknown];
    expect(a).toEqual(rows);
    const { parseTable } = await import("../../../src/bundle/read-csv.ts");
    expect(b).toEqual(parseTable(text, ","));
    expect(Object.keys(b[7] as object)).toEqual(["id", "name", "none", "quoted", "__proto__"]);
    expect(Object.getOwnPropertyDescriptor(b[7], "__proto__")?.value).toBe(7.5);
    expect([length, last]).toEqual([30_001, { id: "short", name: "", none: "", quoted: "", ["__proto__"]: "" }]);
  });

  it("keep a column `__proto__`, and the prototype of the rows", async () => {
    const folder = makeReportFolder();
    folder.write("b.csv", "__proto__,x\n1,2\n");
    const code =
      'import b from "./b.csv";\nglobalThis.seen = [Object.keys(b[0]), Object.getPrototypeOf(b[0]) === Object.prototype];';
    expect(await run(folder, await bundle(folder.report(cell("a", code)), "a"))).toEqual([["__proto__", "x"], true]);
  });

  it("give the result of a cell, empty as long as there is none", async () => {
    const folder = makeReportFolder();
    const source = folder.report(
      cell("a", "globalThis.x = 1;") + cell("b", 'import r from "result:a";\nglobalThis.seen = r;'),
    );
    const empty = await bundle(source, "b");
    expect(empty.resultImports).toEqual(["a"]);
    expect(await run(folder, empty)).toEqual({ label: "a", variants: [] });
    const variant = {
      params: { n: 1 },
      metrics: {},
      regions: {},
      collections: [],
      checkpoints: [],
      markingSteps: [],
      regionHeaps: [],
      lineProfiles: [],
      tables: {},
      stdout: "7\n",
    };
    const full = await bundle(source, "b", {
      params: {},
      results: new Map([["a", { label: "a", variants: [variant] }]]),
    });
    expect(await run(folder, full)).toEqual({ label: "a", variants: [variant] });
    expect(full.code).not.toBe(empty.code);
  });

  it("see results that a contained cell imports", async () => {
    const { report } = makeReportFolder();
    const source = report(
      cell("a", "globalThis.x = 1;") +
        cell("b", 'import r from "result:a";\nexport const n = r.variants.length;') +
        cell("c", 'import { n } from "cell:b";\nglobalThis.seen = n;'),
    );
    expect(await bundle(source, "c")).toMatchObject({ resultImports: ["a"], cellImports: ["b"] });
  });
});

describe("import.meta", () => {
  it("is of the file that says it", async () => {
    const folder = makeReportFolder("my (first) störy");
    folder.write(
      "lib/where.ts",
      "export const where: string[] = [import.meta.url, import.meta.dirname, import.meta.filename];\n",
    );
    const code =
      'import { where } from "./lib/where.ts";\nglobalThis.seen = [where, [import.meta.url, import.meta.dirname, import.meta.filename]];';
    const place = (path: string, inside: string): string[] => [pathToFileURL(path).href, inside, path];
    expect(await run(folder, await bundle(folder.report(cell("a", code)), "a"))).toEqual([
      place(join(folder.folder, "lib/where.ts"), join(folder.folder, "lib")),
      place(folder.path, folder.folder),
    ]);
  });

  it("is left alone in a text and a comment, and its file keeps its lines", async () => {
    const folder = makeReportFolder();
    folder.write(
      "where.ts",
      'interface Unused {\n  a: number;\n}\n/* import.meta.url */\nexport const text = "import.meta.url";\nexport const url = (): string => import.meta.url;\nexport const last = 4242;\n',
    );
    const made = await bundle(
      folder.report(cell("a", 'import { last, text, url } from "./where.ts";\nglobalThis.seen = [text, url(), last];')),
      "a",
    );
    expect(await run(folder, made)).toEqual([
      "import.meta.url",
      pathToFileURL(join(folder.folder, "where.ts")).href,
      4242,
    ]);
    expect(placeOf(made, "4242")).toBe("where.ts:7");
  });
});

describe("what is in a bundle", () => {
  it("is no parameter that the cell does not use", async () => {
    const { report } = makeReportFolder();
    const source = report(
      cell("plain", 'import { display } from "heapbook";\ndisplay(1);') +
        cell("using", 'import { params } from "heapbook";\nglobalThis.seen = params.blocks;'),
    );
    const made = async (label: string, blocks: number): Promise<string> =>
      (await bundle(source, label, { params: { blocks }, results: new Map() })).code;
    expect(await made("plain", 20)).toBe(await made("plain", 21));
    expect(await made("using", 20)).not.toBe(await made("using", 21));
    expect(await made("using", 20)).toBe(await made("using", 20));
  });

  it("is nothing of the prose, the options and the other cells", async () => {
    const { report } = makeReportFolder();
    const code = "globalThis.seen = new Error('x').message;";
    const before = await bundle(report(cell("a", code)), "a");
    const after = await bundle(
      report(`# More\n\nprose\n\n${cell("z", "globalThis.z = 1;")}${cell("a", code, "echo: false", "fig-cap: c")}`),
      "a",
    );
    expect(after.code).toBe(before.code);
    expect(after.map).not.toBe(before.map);
  });
});

describe("problems", () => {
  it.each([
    ["a syntax error", "const a = 1;\nconst = 2;", "bundle-error", "study/report.md:7:7", "Expected identifier"],
    ["a package that is not there", '\nimport "lef-pad";', "unresolved-import", "study/report.md:7:8", "lef-pad"],
    ["a file that is not there", 'import "./nope.ts";', "unresolved-import", "study/report.md:6:8", "./nope.ts"],
    ["an unused one", 'import { a } from "./nope.js";', "unresolved-import", "study/report.md:6:19", "./nope.js"],
    ["types", '\nimport type { A } from "../nope";', "unresolved-import", "study/report.md:7:24", "../nope"],
  ])("are reported with their place: %s", async (_, code, expected, at, text) => {
    const { report } = makeReportFolder();
    const [problem, ...others] = await problems(report(cell("a", code)), "a");
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: expected, at });
    expect(problem?.message).toContain(text);
    expect(problem?.message).toContain("`a`");
  });

  it("name the nearest export of the cell library", async () => {
    const { report } = makeReportFolder();
    expect(await problems(report(cell("a", 'import { tabel } from "heapbook";\ntabel([]);')), "a")).toEqual([
      {
        code: "bundle-error",
        at: "study/report.md:6:10",
        message: "Cell `a`: `heapbook` exports no `tabel`",
        hint: "Did you mean `table`?",
      },
    ]);
  });

  it.each([
    ["cell:one", "const made = [1];", "The cell at line 4 defines `made`: write `export` before the definition."],
    ["cell:one", "globalThis.made = 1;", "The cell at line 4 does not define `made`."],
    [
      "cell:one",
      "const made = [1];\nexport const other = 2;",
      "The cell at line 4 defines `made`: write `export` before the definition.",
    ],
    ["./lib.ts", "export const other = 1;", "Write `export` before the definition of `made`, or correct the name."],
    [
      "./lib.ts",
      "const made = 1;\nconsole.log(made);",
      "Write `export` before the definition of `made`, or correct the name.",
    ],
  ])("name what %s does not export: %s", async (from, code, hint) => {
    const folder = makeReportFolder();
    folder.write("lib.ts", code);
    const one = cell("one", from === "./lib.ts" ? "console.log(1);" : code);
    const source = folder.report(one + cell("two", `import { made } from "${from}";\nconsole.log(made);`));
    const [problem, ...others] = await problems(source, "two");
    expect(others).toEqual([]);
    const file = from.replace("./", "");
    expect(problem).toMatchObject({
      code: "bundle-error",
      message: `Cell \`two\`: \`${file}\` exports no \`made\``,
      hint,
    });
  });

  it("allow what a namespace does not have, as Node does", async () => {
    const { report } = makeReportFolder();
    const source = report(
      cell("one", "globalThis.made = 1;") +
        cell("two", 'import * as one from "cell:one";\nconsole.log(one.made ?? 0);'),
    );
    expect((await bundle(source, "two")).code).toContain("?? 0");
  });

  it("say what to do about an import that is not there", async () => {
    const { report } = makeReportFolder();
    const source = report(
      cell("a", 'import "@scope/pad/sub/path";') +
        cell("b", 'import "../nope.ts";') +
        cell("c", 'import { x } from "lef-pad/lib.js";\nglobalThis.x = x;'),
    );
    const [a] = await problems(source, "a");
    expect(a?.hint).toBe("Install it where the report is: npm install @scope/pad");
    const [b] = await problems(source, "b");
    expect(b?.hint).toBe("The path is relative to the folder of the importing file.");
    const [c] = await problems(source, "c");
    expect(c?.hint).toBe("Install it where the report is: npm install lef-pad");
  });

  it("are at the column of the report, in a list too, and in the module that has them", async () => {
    const folder = makeReportFolder();
    folder.write("lib/broken.ts", "export const a = 1;\nexport const b = ;\n");
    const source = folder.report(
      '- x\n\n  ```{ts}\n  //| label: a\n  const = 2;\n  ```\n\n```{ts}\n//| label: b\nimport "./lib/broken.ts";\n```\n',
    );
    expect(await problems(source, "a")).toMatchObject([{ at: "study/report.md:8:9" }]);
    expect(await problems(source, "b")).toMatchObject([{ at: "study/lib/broken.ts:2:18" }]);
  });

  it("name the nearest label", async () => {
    const { report } = makeReportFolder();
    const source = report(
      `${cell("walks", "export const a = 1;")}${cell("b", '\nimport r from "result:walk";\nimport { a } from "cell:wlaks";\nglobalThis.seen = [r, a];')}` +
        `\`\`\`{vega-lite}\n#| label: drawn\nmark: bar\n\`\`\`\n\n${cell("c", 'import r from "result:drawn";\nglobalThis.seen = r;')}` +
        `${cell("never", "globalThis.x = 1;", "eval: false")}${cell("d", 'import r from "result:never";\nglobalThis.seen = r;')}`,
    );
    const found = await problems(source, "b");
    expect(found).toMatchObject([
      { code: "unknown-label", at: "study/report.md:13", hint: "Did you mean `walks`?" },
      { code: "unknown-label", at: "study/report.md:12", hint: "Did you mean `walks`?" },
    ]);
    expect(await problems(source, "c")).toMatchObject([{ code: "not-a-module" }]);
    expect(await problems(source, "d")).toMatchObject([{ code: "result-not-evaluated" }]);
  });
});
