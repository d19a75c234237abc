import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { LineProfile } from "../../src/model/line-profile.ts";
import { sum } from "../helpers/known-sizes.ts";
import { makeWorkspace } from "../helpers/workspace.ts";

// By hand on other versions: HEAPBOOK_AUDIT_NODE=/path/to/node, as in peak.test.ts.
const NODE = process.env["HEAPBOOK_AUDIT_NODE"] ?? process.execPath;
const CLI = join(import.meta.dirname, "../../dist/cli.js");

async function allocatedBy(calls: number): Promise<number> {
  const code = `let last;\nfor (let i = 0; i < ${calls}; i++) last = new URL("http://a.b/c");`;
  const { folder, path } = await makeWorkspace({ "program.cjs": code });
  const run = spawnSync(NODE, [CLI, "trace", "program.cjs", "--json", "-o", "profile.json"], { cwd: folder });
  expect(run.status).toBe(0);
  const { lines } = JSON.parse(readFileSync(path("profile.json"), "utf8")) as LineProfile;
  return sum(lines.map(({ allocatedBytes }) => allocatedBytes));
}

// On Node 22, 24 and 26 a URL had 608 B: the collection before the program let V8 forget the fields of the URLs before it.
it("a URL of a traced program has its fields in itself", async () => {
  const bytes = ((await allocatedBy(300)) - (await allocatedBy(100))) / 200;
  expect(bytes).toBeGreaterThan(300);
  expect(bytes).toBeLessThan(400);
});
