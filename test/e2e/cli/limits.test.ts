import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runCli, runProgram } from "../../helpers/cli.ts";

import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

it("what is cut is a file beside the page, charts of too many marks are refused, descriptors of the shell reach no cell", async () => {
  const report = reportOf(
    cellOf("//| label: loud", 'process.stdout.write("line\\n".repeat(200_000) + ["END", "OF", "STDOUT"].join("-"));') +
      cellOf(
        "//| label: shown",
        'import { display } from "heapbook";',
        'display("wide ".repeat(500_000) + ["END", "OF", "DISPLAY"].join("-"));',
      ) +
      cellOf(
        "//| label: thrown",
        "//| error: true",
        'throw new Error("word ".repeat(10_000) + ["END", "OF", "MESSAGE"].join("-"));',
      ) +
      cellOf(
        "//| label: marks",
        "//| error: true",
        'import { chart } from "heapbook";',
        "const values = Array.from({ length: 30_001 }, (_, x) => ({ x, y: x % 7 }));",
        'const axis = (field: string) => ({ field, type: "quantitative" });',
        'chart({ data: { values }, mark: "rule", encoding: { x: axis("x"), y: axis("y") } });',
      ) +
      cellOf(
        "//| label: descriptors",
        'import { readdirSync, readlinkSync } from "node:fs";',
        'const targets = readdirSync("/proc/self/fd").flatMap((name) => {',
        '  try { return [readlinkSync("/proc/self/fd/" + name)]; } catch { return []; }',
        "});",
        'console.log("secret of the shell:", targets.some((target) => target.endsWith("/secret")));',
      ),
  );
  const workspace = createWorkspace({ "reports/demo/report.md": report, secret: "s" });
  expect(openSync(workspace.path("secret"), "r")).toBeGreaterThan(2);
  const command = `exec 7<secret 23<secret; exec "${process.execPath}" "${CLI}" render demo --to html,md`;
  const run = await runProgram("bash", ["-c", command], { cwd: workspace.folder });
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });

  const page = workspace.read("_site/demo/index.html");
  const markdown = workspace.read("_site/demo/report.md");
  for (const [file, end] of [
    ["outputs/loud-stdout.txt", "END-OF-STDOUT"],
    ["outputs/shown-display.txt", "END-OF-DISPLAY"],
    ["outputs/thrown-error.txt", "END-OF-MESSAGE"],
  ] as const) {
    expect(page).toContain(`href="${file}"`);
    expect(markdown).toContain(`](${file})`);
    expect(workspace.read(`_site/demo/${file}`), file).toContain(end);
    expect(page).not.toContain(end);
  }
  expect(run.stderr + page).toContain("The chart draws 30,001 marks. The most is 30,000");
  if (process.platform === "linux") expect(page).toContain("secret of the shell: false");
});

it("--to pdf without a browser is an error before any cell runs", async () => {
  const workspace = createWorkspace({ "reports/demo/report.md": reportOf(cellOf("console.log(1);")) });
  const env = { HEAPBOOK_CHROMIUM: workspace.path("no-browser") };
  const run = await runCli(["render", "demo", "--to", "pdf"], { cwd: workspace.folder, env });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("[browser-not-found]");
  expect(run.stderr).toContain("Set it to the path of a Chromium, Chrome or Edge, or remove it.");
  expect(workspace.list(".heapbook/store")).toEqual([]);
});
