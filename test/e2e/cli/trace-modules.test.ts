import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { LineProfile } from "../../../src/model/line-profile.ts";
import { listRuntimes } from "../../../src/runtimes/find-runtime.ts";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const MAKE = `import { join } from "node:path";
export const make = () => new Array(join("a", "b").length * 1000); // "a/b": 3 characters
`;

/** Node as it runs the tests by each engine, and each other one that is installed. */
const NODES = [
  ...["tracker", "meter", "sampler"].map((engine) => ({ name: "this Node", node: process.execPath, engine })),
  ...listRuntimes(fileURLToPath(new URL("../../../.heapbook/runtimes", import.meta.url)))
    .filter(({ version }) => Number(version.split(".")[0]) >= 22)
    .map(({ version, path }) => ({ name: version, node: path, engine: "meter" })),
];

describe("heapbook trace of modules", () => {
  it.each(NODES)(
    "gives ES modules that are loaded by require() their lines, $name, $engine",
    async ({ node, engine }) => {
      const { folder: cwd } = createWorkspace({
        "app.cjs": `globalThis.kept = ["./made.mjs", "typed", "./found", "./outer.mjs"].map((name) => require(name).make());
console.log(kept.map(({ length }) => length), String(require("./made.mjs").make), require("fs").readFileSync.name);`,
        "made.mjs": MAKE,
        "found.js": MAKE,
        "node_modules/typed/package.json": '{ "name": "typed", "type": "module", "exports": "./index.js" }',
        "node_modules/typed/index.js": MAKE,
        "outer.mjs":
          'import value from "./value.cjs"; import data from "./data.json" with { type: "json" };\nexport * from "./inner.mjs";',
        "value.cjs": "exports.list = [1, 2].map((x) => ({ x }));",
        "data.json": "[1]",
        "inner.mjs": MAKE,
      });
      const plain = spawnSync(node, ["app.cjs"], { cwd, encoding: "utf8" });
      const chosen = engine === "sampler" ? ["--sample", "64"] : ["--engine", engine];
      const args = ["trace", "app.cjs", ...chosen, "--modules", "typed", "--json", "-o", "app.json"];
      const run = await runCli(args, { cwd, by: [node] });
      expect(run).toMatchObject({ stdout: plain.stdout, stderr: plain.stderr, exitCode: 0 });
      const { lines } = JSON.parse(readFileSync(join(cwd, "app.json"), "utf8")) as LineProfile;
      for (const file of ["made.mjs", "found.js", "node_modules/typed/index.js", "inner.mjs"]) {
        const line = lines.find((each) => each.file === file && each.line === 2);
        expect(line?.allocatedBytes, file).toBeGreaterThan(23_000);
        expect(line?.allocatedBytes, file).toBeLessThan(26_000);
      }
    },
  );

  it("shows the stacks of plain Node after an await", async () => {
    const { folder } = createWorkspace({
      "app.cjs": `async function late(n) { await null; throw new Error("late " + [n].length); }
late(1).catch((error) => console.log(error.stack));
(async () => { const list = [await 1]; await late(list); })();`,
    });
    const plain = spawnSync(process.execPath, ["app.cjs"], { cwd: folder, encoding: "utf8" });
    const run = await runCli(["trace", "app.cjs", "--json", "-o", "app.json"], { cwd: folder });
    expect(run).toMatchObject({ stdout: plain.stdout, stderr: plain.stderr, exitCode: plain.status });
  });

  it("leaves TypeScript files to a loader of the user's, as ts-node hooks them", async () => {
    const { folder } = createWorkspace({
      "loader.cjs": `const load = require.extensions[".ts"] ?? require.extensions[".js"];
require.extensions[".ts"] = (module, file) => {
  const compile = module._compile;
  module._compile = function (code, path) { return compile.call(this, code.replace(": number", "").replace("NAME", '"of the loader"'), path); };
  return load(module, file);
};`,
      "app.ts": "const x: number = 1; console.log(NAME, [x].concat(2));",
    });
    const flags = ["--require", "./loader.cjs"];
    const plain = spawnSync(process.execPath, [...flags, "app.ts"], { cwd: folder, encoding: "utf8" });
    const args = ["trace", "app.ts", `--flags=${flags.join(" ")}`, "--allocated", "--json", "-o", "app.json"];
    const run = await runCli(args, { cwd: folder });
    expect(plain.stdout).toBe("of the loader [ 1, 2 ]\n");
    expect(run).toMatchObject({ stdout: plain.stdout, stderr: plain.stderr, exitCode: plain.status });
    const { lines } = JSON.parse(readFileSync(join(folder, "app.json"), "utf8")) as LineProfile;
    // The loader is a file of the program, too.
    expect(new Set(lines.map(({ file }) => file))).toEqual(new Set(["app.ts", "loader.cjs"]));
  });
});
