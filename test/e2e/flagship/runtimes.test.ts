import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { listRuntimes } from "../../../src/runtimes/find-runtime.ts";
import { runCli } from "../../helpers/cli.ts";
import { copyFlagship, keepCells, readFlagship, withNeeded } from "../../helpers/flagship.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

// What the flagship claims of V8, in other versions of it. check.test.ts has it in the Node that runs the tests.

/** Installed in this checkout by `heapbook runtime add`; where one is not, its test is shown as skipped. */
const installed = listRuntimes(fileURLToPath(new URL("../../../.heapbook/runtimes", import.meta.url)));

const report = readFlagship();
const claiming = report.cells.filter(({ language, source }) => language === "ts" && /\bclaim\(/.test(source));
/** The cells that claim something of V8: none of what they need is Python's. */
const V8_CLAIMS = claiming
  .map(({ label }) => label)
  .filter((label) => withNeeded(report, [label]).every(({ language }) => language !== "python"));

describe.each(["20", "22", "24", "26"])("Node %s", (major) => {
  const runtime = installed.find(({ version }) => version.startsWith(`${major}.`));

  it.skipIf(runtime === undefined)(
    "bears out the flagship's claims",
    async () => {
      const workspace = createWorkspace();
      const kept = keepCells(report, V8_CLAIMS);
      const source = kept.replace(/^execute: \{/m, `execute: { runtime: "${runtime?.path}",`);
      expect(source).not.toBe(kept);
      copyFlagship(workspace, source);

      const run = await runCli(["check", "--json", "-P", "repetitions:1000"], { cwd: workspace.folder });
      const claims: { cell: string; sentence: string; verdict: string }[] = JSON.parse(run.stdout || "[]");
      expect(claims.filter(({ verdict }) => verdict === "fails")).toEqual([]);
      expect([...new Set(claims.map(({ cell }) => cell))].sort()).toEqual([...V8_CLAIMS].sort());
      expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    },
    600_000,
  );
});
