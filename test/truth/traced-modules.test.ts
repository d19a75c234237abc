import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { listRuntimes } from "../../src/runtimes/find-runtime.ts";
import { makeReportFolder } from "../helpers/report-folder.ts";
import { lineWith, profileOf, traceCell } from "../helpers/traced-runner.ts";

// Of x64 without pointer compression, as in lines.test.ts: an object with room for one property, an array of so many.
const OBJECT_BYTES = 24 + 8;
const N = 1000;
const ARRAY_BYTES = 32 + 16 + 8 * N;

const PACKAGE = {
  "node_modules/maker/package.json": '{ "name": "maker", "version": "1.0.0", "type": "module", "main": "index.js" }',
  "node_modules/maker/index.js": `const one = (a) => new Array(a); // [package]
export function make(n) { return one(n); }
`,
};
const CALL = `import { measure } from "heapbook";
import { make } from "maker";
make(${N});
measure(() => {
  return make(${N}); // [call]
});`;

describe("modules of a package", () => {
  it("allocate for the line that calls them", async () => {
    const profile = profileOf(await traceCell(CALL, { files: PACKAGE }));
    expect(lineWith(profile, "[call]").liveBytes).toBe(ARRAY_BYTES);
    expect(Object.keys(profile.sources)).not.toContain("node_modules/maker/index.js");
  });

  it("have lines of their own where the cell names the package", async () => {
    const profile = profileOf(await traceCell(CALL, { files: PACKAGE, packages: ["maker"] }));
    expect(lineWith(profile, "[package]")).toMatchObject({
      file: "node_modules/maker/index.js",
      liveBytes: ARRAY_BYTES,
    });
    expect(profile.lines.filter(({ file, liveBytes }) => file.startsWith("cell:") && liveBytes > 0)).toEqual([]);
  });
});

describe("a CommonJS module beside the report", () => {
  it("has its lines, at its top level too, and is one function of the call tree", async () => {
    const profile = profileOf(
      await traceCell('import { make } from "./made.cjs";\nglobalThis.held = make();', {
        files: {
          "made.cjs": `"use strict";
const first = new Array(${N}); // [top]
exports.make = function make() {
  return [new Array(${N}), first]; // [made]
};
`,
        },
      }),
    );
    expect(lineWith(profile, "[top]")).toMatchObject({ file: "made.cjs", liveBytes: ARRAY_BYTES });
    expect(lineWith(profile, "[made]").liveBytes).toBeGreaterThanOrEqual(ARRAY_BYTES);
    const all = (node: typeof profile.calls): (typeof profile.calls)[] => [node, ...node.children.flatMap(all)];
    // In the bundle, esbuild may have given it another number.
    const made = all(profile.calls).filter(({ functionName }) => /^make\d*$/.test(functionName));
    expect(made.map(({ file, functionLine, line }) => [file, functionLine, line])).toEqual([["made.cjs", 3, 4]]);
  });
});

const installed = listRuntimes(fileURLToPath(new URL("../../.heapbook/runtimes", import.meta.url)));
const OTHERS = ["22", "24", "26"].map((major) => {
  const found = installed.find(({ version }) => version.startsWith(`${major}.`));
  return { name: `Node ${major}`, path: found?.path };
});

describe("the same lines under other versions of Node", () => {
  const code = `import { measure } from "heapbook";
const work = () => {
  const kept = [];
  for (let i = 0; i < ${N}; i++) kept.push({ a: i }); // [object]
  return [kept, new Array(${N})]; // [array]
};
work();
measure(work);`;

  it.for(OTHERS)("$name", async ({ path }, context) => {
    if (path === undefined) return context.skip("it is not installed in this checkout");
    const own = profileOf(await traceCell(code));
    const other = profileOf(await traceCell(code, { node: path }));
    const alive = ({ liveBytes, liveObjects }: { liveBytes: number; liveObjects: number }) => [liveBytes, liveObjects];
    for (const mark of ["[object]", "[array]"])
      expect(alive(lineWith(other, mark))).toEqual(alive(lineWith(own, mark)));
    expect(lineWith(own, "[object]").liveBytes).toBeGreaterThanOrEqual(N * OBJECT_BYTES);
  });
});

describe("a process that is ended while it is traced", () => {
  it("leaves no folder of snapshots", async () => {
    const { root } = makeReportFolder();
    vi.stubEnv("TMPDIR", root);
    const folders = (): string[] => readdirSync(root).filter((name) => name.startsWith("heapbook-trace-"));
    try {
      const run = traceCell("for (;;) {}", { timeoutMs: 4000 });
      await vi.waitFor(() => expect(folders()).toHaveLength(1), { timeout: 20_000 });
      expect((await run).failure).toMatchObject({ kind: "timeout" });
      expect(folders()).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
