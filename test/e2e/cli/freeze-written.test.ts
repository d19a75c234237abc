import { cpSync, rmSync } from "node:fs";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// Frozen results of cells that are joined by a generated file, which a clone of the repository does not have.

const REPORT = "reports/demo/report.md";
const FS = 'import fs from "node:fs";';
const READS =
  'console.log(fs.existsSync("out/data.txt"), fs.readdirSync("out"), fs.statSync("out/data.txt").size, fs.readFileSync("out/data.txt", "utf8"));';

const render = ({ folder }: Workspace, ...args: readonly string[]) =>
  runCli(["render", "--explain", "--to", "md", ...args], { cwd: folder });

it("frozen results of a cell that reads a generated file hold in a clone without the file, until its writer changes", async () => {
  const author = createWorkspace({
    [REPORT]: reportOf(
      cellOf(
        "//| label: writer",
        FS,
        'fs.mkdirSync("out", { recursive: true }); fs.writeFileSync("out/data.txt", "first");',
      ) + cellOf("//| label: reader", FS, READS),
      "title: A report\nexecute: { freeze: true }",
    ),
  });
  const first = await render(author);
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  const page = author.read("_site/demo/report.md");
  expect(page).toContain("first");

  const clone = createWorkspace();
  cpSync(author.path("reports"), clone.path("reports"), { recursive: true });
  rmSync(clone.path("reports/demo/out"), { recursive: true });
  for (const args of [["--no-execute"], []]) {
    const run = await render(clone, ...args);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(run.stderr).not.toContain(": run (");
    expect(clone.read("_site/demo/report.md")).toBe(page);
  }

  clone.write(REPORT, clone.read(REPORT).replace('"first"', '"second"'));
  const changed = await render(clone);
  expect(changed, changed.stderr).toMatchObject({ exitCode: 0 });
  const withoutTime = (text: string): string => text.replace(/(?:[\d.,]+\s(?:ms|s)\s?)+measured/, "");
  expect(withoutTime(clone.read("_site/demo/report.md"))).toBe(
    withoutTime(page.replaceAll("first", "second").replace(" 5 ", " 6 ")),
  );
}, 120_000);
