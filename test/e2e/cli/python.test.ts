import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { PYODIDE, pythonCell, SYSTEM } from "../../helpers/python-runner.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

const PARAMS = "title: A report\nparams: { size: 3, other: 1 }";

/** A folder of programs to be the whole PATH: Node, and what is given as shell scripts. */
function pathWith(workspace: Workspace, scripts: Readonly<Record<string, string>> = {}): string {
  const folder = workspace.path("programs");
  mkdirSync(folder, { recursive: true });
  symlinkSync(process.execPath, join(folder, "node"));
  for (const [name, script] of Object.entries(scripts)) {
    workspace.write(`programs/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const render = (workspace: Workspace, env: Readonly<Record<string, string>> = {}, ...args: string[]) =>
  runCli(["render", "demo", ...args], { cwd: workspace.folder, env });

describe.skipIf(SYSTEM === undefined)("a report with python cells", () => {
  it("shows what they give, names the Python, and hands their results to other cells and to the prose", async () => {
    const body = [
      pythonCell(
        "walk",
        "from heapbook import metric, params, table\nmetric('steps', params.size * 2)\ntable([{'n': 1}, {'n': 2}])\nprint('walked')",
      ),
      'They took {{metric "walk" "steps"}} steps in {{env "python"}}.\n\n',
      cellOf(
        'import walk from "result:walk";',
        "const [only] = walk.variants;",
        "console.log(only.metrics.steps.value, only.tables.table.length, only.stdout);",
      ),
    ].join("");
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(body, PARAMS) });

    expect(await render(workspace)).toMatchObject({ exitCode: 0 });

    const markdown = workspace.read("_site/demo/report.md");
    expect(markdown).toContain(`They took 6 steps in ${SYSTEM?.name}.`);
    expect(markdown).toContain("6 2 walked\n");
    expect(markdown).toContain(`*${SYSTEM?.name}*`);
    expect(markdown).toMatch(new RegExp(`\\| Runtime \\| Node [^;]*; ${SYSTEM?.name} \\|`));
    expect(workspace.read("_site/demo/index.html")).toContain('<span class="t-k">from</span> heapbook');
    const { cells } = JSON.parse(workspace.read("_site/demo/results.json"));
    expect(cells[0].variants[0].trialSets[0].environment.python).toBe(SYSTEM?.name);
    expect(cells[1].variants[0].trialSets[0].environment.python).toBeUndefined();
    expect(workspace.list("reports")).toEqual(["reports/demo/report.md"]);
  });

  it("runs a cell again just when something changed that it depends on", async () => {
    const reader =
      "import helper\nfrom heapbook import params\nprint(params.size, helper.read(), sorted(__import__('os').listdir('data')))";
    const report = (text: string, code = reader): string =>
      reportOf(`${text}\n\n${pythonCell("a", code)}${pythonCell("b", "print(1)")}`, PARAMS);
    const workspace = createWorkspace({
      "reports/demo/report.md": report("Before."),
      "reports/demo/helper.py": "from deep import FILE\n\ndef read():\n    return open(FILE).read()\n",
      "reports/demo/deep.py": "FILE = 'data/words.txt'\n",
      "reports/demo/data/words.txt": "words",
    });
    const ran = async (...args: string[]): Promise<string> => {
      const { exitCode, stderr } = await render(workspace, {}, ...args);
      expect(exitCode).toBe(0);
      return [...stderr.matchAll(/^ {2}(\w+): completed, (\d+) trial/gm)]
        .map(([, label]) => label)
        .sort()
        .join(" ");
    };
    expect(await ran()).toBe("a b");
    expect(await ran()).toBe("");
    workspace.write("reports/demo/report.md", report("A line.\n\nAnd another: lines move, nothing runs."));
    expect(await ran()).toBe("");
    expect(await ran("-P", "size:4")).toBe("a");
    workspace.write("reports/demo/deep.py", "FILE = 'data/' + 'words.txt'\n");
    expect(await ran()).toBe("a");
    workspace.write("reports/demo/data/words.txt", "other words");
    expect(await ran()).toBe("a");
    workspace.write("reports/demo/data/more.txt", "more");
    expect(await ran()).toBe("a");
    workspace.write("reports/demo/unrelated.py", "x = 1\n");
    expect(await ran()).toBe("");
    workspace.write("reports/demo/report.md", report("Before.", `${reader}\nprint('new')`));
    expect(await ran()).toBe("a");
    expect(workspace.read("_site/demo/report.md")).toContain("3 other words ['more.txt', 'words.txt']\nnew");
    expect(workspace.list("reports").filter((path) => path.includes("__pycache__"))).toEqual([]);
  });

  it("does not run a cell again for a parameter that it does not ask for", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(pythonCell("a", "print(1)"), PARAMS) });
    await render(workspace);
    const { stderr } = await render(workspace, {}, "-P", "size:4");
    expect(stderr).toContain("nothing changed, no cell run");
  });

  it("runs variants and trials, each in a process of its own", async () => {
    const code = "import os\nfrom heapbook import metric, params\nmetric('n', params.n)\nmetric('pid', os.getpid())";
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(pythonCell("a", code, "matrix: { n: [1, 2] }", "trials: 3")),
    });
    expect(await render(workspace)).toMatchObject({ exitCode: 0 });
    const { cells } = JSON.parse(workspace.read("_site/demo/results.json"));
    const samples = (id: string): number[][] =>
      cells[0].variants.map(
        ({ metrics }: { metrics: { id: string; samples: number[] }[] }) =>
          metrics.find((each) => each.id === id)?.samples,
      );
    expect(samples("n")).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(new Set(samples("pid").flat()).size).toBe(6);
  });

  it("reports a syntax error at its line before anything runs", async () => {
    const broken = `- in a list\n\n  ${pythonCell("bad", "print(1)\nif True:\nprint(2)").trim().replaceAll("\n", "\n  ")}\n`;
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(pythonCell("good", "open('ran', 'w')") + broken),
    });
    const { exitCode, stderr } = await render(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /reports\/demo\/report\.md:16:\d+: error: Cell `bad`: IndentationError: .* \[syntax-error\]/,
    );
    expect(workspace.list("_site")).toEqual([]);
    expect(workspace.list("reports")).toEqual(["reports/demo/report.md"]);
  });

  it("shows a failure in its place, the rest whole", async () => {
    const body = pythonCell("bad", "import helper\nhelper.boom()") + pythonCell("good", "print('whole')");
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(body),
      "reports/demo/helper.py": "def boom():\n    raise ValueError('no')\n",
    });
    const { exitCode, stderr } = await render(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/reports\/demo\/helper\.py:2:5: error: Cell `bad` failed: ValueError: no \[failed-cell\]/);
    const markdown = workspace.read("_site/demo/report.md");
    expect(markdown).toContain("**ValueError: no** (helper.py:2)");
    expect(markdown).toContain("whole");
    expect(markdown).not.toContain(workspace.folder);
  });

  it("may name a program or a path, in the front matter, a cell or a matrix", async () => {
    const workspace = createWorkspace();
    workspace.write("reports/demo/own/python", `#!/bin/sh\nexec "${SYSTEM?.path}" "$@"\n`);
    chmodSync(workspace.path("reports/demo/own/python"), 0o755);
    const code = "from heapbook import params\nprint(dict(params))";
    workspace.write(
      "reports/demo/report.md",
      reportOf(
        pythonCell("a", code, "matrix: { python: [system, ./own/python] }"),
        "title: T\nexecute: { python: python3.99 }",
      ),
    );
    expect(await render(workspace)).toMatchObject({ exitCode: 0 });
    workspace.write(
      "reports/demo/report.md",
      reportOf(pythonCell("b", "print(2)"), "title: T\nexecute: { python: python3.99 }"),
    );
    const { exitCode, stderr } = await render(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/There is no Python `python3\.99`\. \[python-not-found\]/);
  });
});

describe("a machine without a Python", () => {
  const body = pythonCell("walk", "print('walked')", "python: system") + cellOf('console.log("whole");');

  it("has a cell that says what is missing, and a report that stands", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(body) });
    const env = { PATH: pathWith(workspace) };
    const { exitCode, stderr } = await render(workspace, env);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /report\.md:7: error: Cell `walk` was not run: There is no Python on this machine\. \[python-not-found\]\n {2}.*python3.*npm install pyodide/,
    );
    const markdown = workspace.read("_site/demo/report.md");
    expect(markdown).toContain("**Not run: There is no Python on this machine.**");
    expect(markdown).toContain("whole");
    // What could not run is not kept as a result.
    if (SYSTEM !== undefined) expect(await render(workspace)).toMatchObject({ exitCode: 0 });
    expect(await runCli(["doctor"], { cwd: workspace.folder, env })).toMatchObject({
      stdout: expect.stringMatching(/– Python {5}There is no Python on this machine/),
    });
  });

  it.each([
    [
      "too old",
      "echo 'Python 3.6.9'",
      /Python 3\.6\.9 \(.*python3\) is too old: cells need Python 3\.8 or newer\. \[python-too-old\]/,
    ],
    [
      "broken",
      "echo 'pyenv: python3: command not found' >&2; exit 127",
      /cannot be used: pyenv: python3: command not found \[python-not-usable\]/,
    ],
    ["none at all", "echo hello", /cannot be used: hello \[python-not-usable\]/],
  ])("as one that is %s", async (_, script, message) => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(body) });
    const { exitCode, stderr } = await render(workspace, { PATH: pathWith(workspace, { python3: script }) });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(workspace.read("_site/demo/report.md")).toContain("whole");
  });

  it.skipIf(PYODIDE === undefined)(
    "runs them in Pyodide, from the files beside the report, and keeps the result",
    async () => {
      const workspace = createWorkspace({
        "reports/demo/report.md": reportOf(
          pythonCell("walk", "import helper, sys\nprint(helper.read(), file=sys.stderr)\nhelper.WORD"),
        ),
        "reports/demo/helper.py": "WORD = 'heap'\n\ndef read():\n    return open('data.txt').read()\n",
        "reports/demo/data.txt": "data",
      });
      const env = { PATH: pathWith(workspace) };
      expect(await render(workspace, env)).toMatchObject({ exitCode: 0 });
      expect(await render(workspace, env)).toMatchObject({ stderr: expect.stringContaining("nothing changed") });
      const markdown = workspace.read("_site/demo/report.md");
      expect(markdown).toContain(`*${PYODIDE?.name}*`);
      expect(markdown).toContain("```text\ndata\n```");
      expect(markdown).toContain("'heap'");
      workspace.write("reports/demo/data.txt", "other data");
      expect(await render(workspace, env)).toMatchObject({ stderr: expect.stringContaining("1 cell run") });
      expect(workspace.list(dirname("reports/demo/report.md"))).toHaveLength(3);
    },
  );
});

describe("options that a python cell cannot have", () => {
  it("are errors that say so", async () => {
    const options = [
      "flags: --max-old-space-size=64",
      "probes: [peak]",
      "warmup: 1",
      "runtime: node",
      "matrix: { heap: multiples, runtime: [node@22] }",
    ];
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(
        pythonCell("a", "1", ...options) +
          cellOf("//| python: system", "1;") +
          cellOf('import { x } from "cell:a";', "x;"),
      ),
    });
    const { exitCode, stderr } = await render(workspace);
    expect(exitCode).toBe(2);
    for (const option of ["flags", "probes", "warmup", "runtime"]) {
      expect(stderr).toContain(`\`${option}\` configures V8, and a python cell does not run in V8. [invalid-option]`);
    }
    expect(stderr).toContain("The matrix parameter `runtime` chooses a Node");
    expect(stderr).toContain("`matrix.heap` cannot be `multiples`");
    expect(stderr).toContain("`python` chooses the interpreter of python cells, and this is a ts cell.");
    expect(workspace.list("_site")).toEqual([]);
  });

  it("nor can another cell import its code", async () => {
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(pythonCell("a", "1") + cellOf('import { x } from "cell:a";', "x;")),
    });
    const { exitCode, stderr } = await render(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /report\.md:\d+: error: .*`a` is a python cell, not an ES module\. \[not-a-module\]\n.*`result:a`/,
    );
  });
});
