import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const modules = join(import.meta.dirname, "../../../node_modules");

/** Programs of npm as their users start them; each is a package of Heapbook itself. */
const PROGRAMS: readonly { readonly program: string; readonly args: readonly string[] }[] = [
  { program: "semver/bin/semver.js", args: ["1.2.3", "2.0.0", "-r", "^1"] },
  { program: "json5/lib/cli.js", args: ["data.json5"] },
  { program: "yaml/bin.mjs", args: ["valid", "data.yaml"] },
  { program: "acorn/bin/acorn", args: ["data.js"] },
  { program: "acorn/bin/acorn", args: ["bad.js"] },
  { program: "svgo/bin/svgo.js", args: ["picture.svg", "-o", "-"] },
  { program: "uglify-js/bin/uglifyjs", args: ["data.js", "-c", "-m"] },
  { program: "markdown-it/bin/markdown-it.mjs", args: ["data.md"] },
  { program: "handlebars/bin/handlebars", args: ["data.hbs"] },
  { program: "html-validate/bin/html-validate.mjs", args: ["data.html"] },
  { program: "d3-dsv/bin/dsv2json.js", args: ["data.csv"] },
  { program: "typescript/bin/tsc", args: ["--version"] },
];

const FILES = {
  "data.json5": "{a: 1, b: [1,2,],}",
  "data.yaml": "a: 1\nb: [1, 2]\n",
  "data.js": "const a = [1, 2].map((x) => x * 2); function f(b) { return b + a.length } console.log(f(1))",
  "bad.js": "const a = ;",
  "picture.svg":
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><g><path d="M 0 0 L 10 10 z" fill="#ff0000"/></g></svg>',
  "data.md": "# Hi\n\n- a\n- b **c**\n",
  "data.hbs": "<p>{{#each x}}{{this}}{{/each}}</p>",
  "data.html": "<p><div></p>",
  "data.csv": "a,b\n1,2\n",
};

describe("heapbook trace of programs of npm", () => {
  it.each(PROGRAMS)("prints what node prints: $program $args", async ({ program, args }) => {
    const { folder: cwd } = createWorkspace(FILES);
    const file = join(modules, program);
    const plain = spawnSync(process.execPath, [file, ...args], { cwd, encoding: "utf8", input: "" });
    const run = await runCli(["trace", file, "--allocated", "--json", "-o", "profile.json", "--", ...args], { cwd });
    expect(run).toMatchObject({ stdout: plain.stdout, stderr: plain.stderr, exitCode: plain.status });
  });
});
