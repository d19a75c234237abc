import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

// Every way a cell can end badly: shown in its place, the rest of the report whole, and exit code 1.

const BEFORE = cellOf("//| label: before", 'console.log("printed before");');
const AFTER = cellOf("//| label: after", 'console.log("printed after");');

interface Ending {
  readonly name: string;
  readonly cell: string;
  /** On the page, as text. */
  readonly page: RegExp;
  /** On stderr, after `error: Cell `bad` failed: `. */
  readonly says: RegExp;
}

const ENDINGS: readonly Ending[] = [
  {
    name: "throws",
    cell: cellOf("//| label: bad", 'console.log("so far");', "const walks: number[] = [];", "walks.length = -1;"),
    page: /so far[\s\S]*RangeError: Invalid array length report\.md:14[\s\S]*report\.md:14:\d+\s+walks\.length = -1;\n\s+\^/,
    says: /RangeError: Invalid array length/,
  },
  {
    name: "throws what is no error",
    cell: cellOf("//| label: bad", 'throw "a string";'),
    page: /a string/,
    says: /a string/,
  },
  {
    name: "loops for ever",
    cell: cellOf("//| label: bad", "//| timeout: 1s", 'console.log("so far");', "for (;;) {}"),
    page: /so far[\s\S]*Stopped after 1(\.00)?\ss/,
    says: /the cell did not finish within 1 s/,
  },
  {
    name: "exhausts its heap",
    cell: cellOf(
      "//| label: bad",
      "//| flags: --max-old-space-size=16",
      "const kept: unknown[] = [];",
      "for (;;) kept.push(new Array(1000).fill(0));",
    ),
    page: /Heap limit reached[\s\S]*--max-old-space-size/,
    says: /the process reached its heap limit/,
  },
  {
    name: "ends itself",
    cell: cellOf("//| label: bad", "process.exit(3);"),
    page: /Exited with code 3/,
    says: /the process exited with code 3/,
  },
  {
    name: "is gone without a word",
    cell: cellOf("//| label: bad", "(process as unknown as { reallyExit(code: number): void }).reallyExit(0);"),
    page: /Exited before the cell finished/,
    says: /the process exited before the cell finished/,
  },
  {
    name: "is killed",
    cell: cellOf(
      "//| label: bad",
      'process.kill(process.pid, "SIGKILL");',
      "await new Promise(() => setTimeout(() => {}, 5000));",
    ),
    page: /Ended by the signal SIGKILL/,
    says: /the signal SIGKILL ended the process/,
  },
  {
    name: "awaits what never comes",
    cell: cellOf("//| label: bad", "await new Promise(() => {});"),
    page: /Awaited a promise that never settles/,
    says: /the cell awaits a promise that never settles/,
  },
  {
    name: "rejects in the background",
    cell: cellOf(
      "//| label: bad",
      'void Promise.reject(new TypeError("nobody awaits me"));',
      "await new Promise((resolve) => setTimeout(resolve, 50));",
    ),
    page: /TypeError: nobody awaits me/,
    says: /TypeError: nobody awaits me/,
  },
  {
    name: "writes rubbish on Heapbook's channel",
    cell: cellOf("//| label: bad", 'import { writeSync } from "node:fs";', 'writeSync(3, "rubbish\\n");'),
    page: /Wrote to file descriptor 3[\s\S]*rubbish/,
    says: /the cell wrote to file descriptor 3, which Heapbook reserves: rubbish/,
  },
  {
    name: "gives a chart that cannot be drawn",
    cell: cellOf(
      "//| label: bad",
      'import { chart } from "heapbook";',
      'chart({ mark: "barr", data: { values: [] } });',
    ),
    page: /Chart: [\s\S]*barr/,
    says: /barr/,
  },
];

/** The page as a reader sees it: no tags, no style, no script. */
function textOf(page: string): string {
  return page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

describe.each(ENDINGS)("a cell that $name", ({ cell, page, says }) => {
  it("is shown in its place, with the rest of the report whole, and exit code 1", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(BEFORE + cell + AFTER) });

    const run = await runCli(["render", "demo"], { cwd: workspace.folder });

    expect(run).toMatchObject({ exitCode: 1, stdout: "_site/demo/index.html\n" });
    expect(run.stderr.match(/(?:^|: )error: /gm)).toHaveLength(1);
    const error =
      /reports\/demo\/report\.md:(\d+)(?::\d+)?: error: Cell `bad` failed: (.*) \[failed-cell\]\n {2}\S/s.exec(
        run.stderr,
      );
    expect(Number(error?.[1])).toBeGreaterThanOrEqual(9);
    expect(error?.[2]).toMatch(says);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    const text = textOf(workspace.read("_site/demo/index.html"));
    expect(text).toMatch(page);
    const places = ["printed before\n", "In [2]", "printed after\n"].map((part) => text.lastIndexOf(part.trim()));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text).not.toContain(workspace.folder);
    const markdown = workspace.read("_site/demo/report.md");
    expect(markdown).toContain("printed before");
    expect(markdown).toContain("printed after");
    expect(markdown).not.toContain(workspace.folder);
  });
});

describe("a failure that is expected (`error: true`)", () => {
  it("is shown, and not counted in the exit code", async () => {
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(
        cellOf("//| label: bad", "//| error: true", 'throw new Error("as expected");') + AFTER,
      ),
    });
    const run = await runCli(["render", "demo"], { cwd: workspace.folder });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).not.toMatch(/(?:^|: )error: /m);
    expect(textOf(workspace.read("_site/demo/index.html"))).toContain("Error: as expected");
  });
});

describe("a cell that prints 100 MB", () => {
  it.each([
    ["in many lines", 'const line = "x".repeat(1023) + "\\n";'],
    ["in one line", 'const line = "x".repeat(1024);'],
  ])("%s: it is cut, reported, and shown within seconds", { timeout: 20_000 }, async (_, line) => {
    const printing = cellOf("//| label: loud", line, "for (let i = 0; i < 102_400; i++) process.stdout.write(line);");
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(printing) });
    const run = await runCli(["render", "demo"], { cwd: workspace.folder });
    expect(run).toMatchObject({ exitCode: 0 });
    const page = workspace.read("_site/demo/index.html");
    expect(page.length).toBeLessThan(1_000_000);
    expect(textOf(page)).toMatch(/… 99\.\d+\sMiB of output truncated\./);
  });
});
