import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LineProfile } from "../../../src/model/line-profile.ts";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const plainly = (cwd: string, ...args: string[]) => spawnSync(process.execPath, args, { cwd, encoding: "utf8" });

describe("heapbook trace and Node's loader of modules", () => {
  it("leaves the program's streams without listeners of Node's thread of hooks", async () => {
    const { folder: cwd } = createWorkspace({
      "app.mjs":
        "console.log(process.stdout.eventNames(), Object.keys(process.stdout._events), process.stderr.eventNames());",
    });
    const run = await runCli(["trace", "app.mjs", "--json", "-o", "app.json"], { cwd });
    expect(run).toMatchObject({ stdout: plainly(cwd, "app.mjs").stdout, exitCode: 0 });
  });

  it.each(["tracker", "meter"])("instruments what hooks of the program's own give, %s", async (engine) => {
    const { folder: cwd } = createWorkspace({
      "app.mjs": `import { register } from "node:module"; import { first } from "./first.mjs";
register("./hooks.mjs", import.meta.url);
const { made } = await import("./made.mjs");
const { typed } = await import("virtual:typed");
globalThis.kept = [first, made, typed]; console.log(made.length, typed.length, import.meta.resolve("virtual:typed"));`,
      "first.mjs": "export const first = new Array(2000);",
      "made.mjs": "export const made = new Array(SIZE);",
      "typed.mjs": "export const typed = new Array(4000);",
      "hooks.mjs": `export const resolve = (name, context, next) => next(name.replace("virtual:typed", new URL("typed.mjs", import.meta.url).href), context);
class Names {
  #names = new Set(["made.mjs"]);
  has(name) { const { ...all } = { name }; return this.#names.has(all.name); }
}
function* each() { yield new Names(); }
const [names] = each();
export const load = async (url, context, next) => {
  const loaded = await next(url, context);
  return names.has(url.slice(url.lastIndexOf("/") + 1)) ? { ...loaded, source: String(loaded.source).replace("SIZE", "3000") } : loaded;
};`,
    });
    const run = await runCli(["trace", "app.mjs", "--engine", engine, "--json", "-o", "app.json"], { cwd });
    expect(run).toMatchObject({ stdout: plainly(cwd, "app.mjs").stdout, stderr: "", exitCode: 0 });
    const { lines } = JSON.parse(readFileSync(join(cwd, "app.json"), "utf8")) as LineProfile;
    for (const [file, bytes] of [
      ["first.mjs", 16_048],
      ["made.mjs", 24_048],
      ["typed.mjs", 32_048],
    ] as const) {
      const allocated = lines.find((line) => line.file === file)?.allocatedBytes;
      expect(allocated, file).toBeGreaterThanOrEqual(bytes);
      expect(allocated, file).toBeLessThan(bytes + 1000);
    }
  });

  it.each([
    ["an export twice", "export const q = 1; export { list as q };"],
    ["delete of a name", "delete list;"],
    ["a regular expression with a group twice", "const r = /(?<n>a)(?<n>b)/;"],
    ["new.target outside of a function", "new.target;"],
  ])("shows Node's error of an ES module that V8 refuses: %s", async (_, code) => {
    const { folder: cwd } = createWorkspace({
      "app.mjs": 'import "./bad.mjs";',
      "bad.mjs": `const list = [1].map((x) => ({ x }));\n${code}`,
    });
    const { status, stderr } = plainly(cwd, "app.mjs");
    const run = await runCli(["trace", "app.mjs", "--allocated", "--json", "-o", "app.json"], { cwd });
    expect(run).toMatchObject({ stdout: "", stderr, exitCode: status });
  });

  it("starts the driver when the server listens, however long the program takes to load", async () => {
    const { folder: cwd } = createWorkspace({
      "app.mjs": `import "./slow.mjs"; import { readFile } from "node:fs/promises"; import { createServer } from "node:http";
await readFile("slow.mjs"); createServer((_, response) => response.end("served")).listen(0);`,
      "slow.mjs": "for (const start = Date.now(); Date.now() - start < 1500; );",
      "load.mjs":
        'const answer = await fetch("http://127.0.0.1:" + process.env.HEAPBOOK_PORT); console.log(await answer.text());',
    });
    const args = ["trace", "app.mjs", "--allocated", "--drive", "load.mjs", "--json", "-o", "app.json"];
    expect(await runCli(args, { cwd })).toMatchObject({ stderr: "served\n", exitCode: 0 });
  });
});
