import { describe, expect, it } from "vitest";
import { displaysOf, FIRST_PYTHON_LINE, PYODIDE, type PythonRun, runPython, SYSTEM } from "../helpers/python-runner.ts";
import { stdoutOf } from "../helpers/trial-runner.ts";

const LINE = FIRST_PYTHON_LINE;
const run = (code: string, options?: PythonRun) => runPython(SYSTEM, code, options);

/** What both interpreters must do alike, in one process each. */
const EVERYTHING = `import sys, gc, os, tracemalloc
from heapbook import params, metric, display, table, markdown, chart
import helper
print("one €")
display(helper.Shown())
print("two", end="")
print("a warning", file=sys.stderr)
table([{"a": 1, "b": float("inf")}], name="rows")
markdown("*m*")
chart({"mark": "bar"})
metric("refs", sys.getrefcount(helper), unit="count", better="lower")
tracemalloc.start()
kept = bytes(1_000_000)
metric("traced", tracemalloc.get_traced_memory()[1], "B")
print(params["n"], params.size, helper.read(), __name__, hash("heapbook") == hash("heapbook"), gc.isenabled())
sorted(params.items())`;

const HELPER = `class Shown:
    def _repr_html_(self):
        return "<b>bold</b>"
    def _repr_png_(self):
        return b"png"
    def __repr__(self):
        return "Shown()"

def read():
    with open("data/words.txt", encoding="utf-8") as file:
        return file.read()

def boom(n):
    if n == 0:
        raise ValueError("too deep")
    boom(n - 1)
`;

describe.each([
  ["the system's Python", SYSTEM],
  ["Pyodide", PYODIDE],
])("a python cell in %s", (_, python) => {
  it.skipIf(python === undefined)("shows, measures, reads and imports", async () => {
    const files = { "helper.py": HELPER, "data/words.txt": "wörter" };
    const options = { files, params: { n: 3, size: 9 }, variant: { size: 4 }, folder: "a study" };
    const trial = await runPython(python, EVERYTHING, options);

    expect(trial.failure).toBeNull();
    expect(
      trial.outputs.map((output) =>
        output.type === "stream" ? output.text : output.type === "display" ? output.data : output,
      ),
    ).toEqual([
      "one €\n",
      { "text/html": "<b>bold</b>", "image/png": "cG5n", "text/plain": "Shown()" },
      "two",
      "a warning\n",
      { "application/vnd.heapbook.table+json": { name: "rows", rows: [{ a: 1, b: null }], special: [[0, "b", "∞"]] } },
      { "text/markdown": "*m*" },
      { "application/vnd.vegalite.v5+json": { mark: "bar" } },
      "3 4 wörter __main__ True True\n",
      { "text/plain": "[('n', 3), ('size', 4)]" },
    ]);
    expect(trial.readings).toMatchObject([
      { id: "refs", unit: "count", better: "lower", region: "" },
      { id: "traced", unit: "B", better: "neither", region: "" },
    ]);
    // A bytes object of a million bytes, its header, and little else.
    expect(trial.readings[1]?.value).toBeGreaterThan(1_000_000);
    expect(trial.readings[1]?.value).toBeLessThan(1_020_000);
    const reads = trial.reads.map((path) => path.replace(/^.*a study\//, ""));
    expect(reads).toEqual(expect.arrayContaining(["helper.py", "data/words.txt"]));
    expect(reads.filter((path) => !path.startsWith("/"))).toHaveLength(2);
  });

  it.skipIf(python === undefined)("says where an exception came from", async () => {
    const trial = await runPython(
      python,
      "import helper\n\ntry:\n    helper.boom(1)\nexcept ValueError as error:\n    raise LookupError('no walk') from error",
      {
        files: { "helper.py": HELPER },
      },
    );
    expect(trial.failure).toMatchObject({
      kind: "exception",
      name: "LookupError",
      message: "no walk [cause: ValueError: too deep]",
      frames: [{ functionName: "", file: "report.md", line: LINE + 5, column: 5 }],
      hiddenFrames: 0,
    });
  });
});

describe.skipIf(SYSTEM === undefined)("an exception in the system's Python", () => {
  it("has the frames of modules beside the report, innermost first, and hides those of Python", async () => {
    const code = "import json\nfrom helper import call\ncall(lambda: json.loads('{'))";
    const trial = await run(code, { files: { "helper.py": "def call(function):\n    return function()\n" } });
    expect(trial.failure).toMatchObject({
      name: "json.decoder.JSONDecodeError",
      frames: [
        { functionName: "<lambda>", file: "report.md", line: LINE + 2 },
        { functionName: "call", file: "helper.py", line: 2 },
        { functionName: "", file: "report.md", line: LINE + 2 },
      ],
      hiddenFrames: 3,
    });
  });

  it("has the frames of a module elsewhere, and not those of installed ones", async () => {
    const code = [
      "import sys",
      "sys.path += ['..', 'env/site-packages']",
      "import installed, shared",
      "shared.call(lambda: installed.call(lambda: 1 / 0))",
    ].join("\n");
    const module = "def call(function):\n    return function()\n";
    const trial = await run(code, { files: { "../shared.py": module, "env/site-packages/installed.py": module } });
    expect(trial.failure).toMatchObject({
      name: "ZeroDivisionError",
      frames: [
        { functionName: "<lambda>", file: "report.md", line: LINE + 3 },
        { functionName: "<lambda>", file: "report.md", line: LINE + 3 },
        { functionName: "call", file: "../shared.py", line: 2 },
        { functionName: "", file: "report.md", line: LINE + 3 },
      ],
      hiddenFrames: 1,
    });
  });

  it("of a stack too deep is shown by its ends", async () => {
    const trial = await run("def f():\n    f()\nf()");
    const { frames = [] } = trial.failure?.kind === "exception" ? trial.failure : {};
    expect(trial.failure).toMatchObject({ name: "RecursionError" });
    expect(frames).toHaveLength(21);
    expect(frames[10]?.functionName).toMatch(/^… \d+ more frames$/);
    expect(frames.at(-1)).toMatchObject({ functionName: "", file: "report.md", line: LINE + 2 });
  });

  it("of a module that cannot be compiled names its line", async () => {
    const trial = await run("import broken", { files: { "broken.py": "a = 1\nb = (\n" } });
    expect(trial.failure).toMatchObject({
      name: "SyntaxError",
      frames: [
        { file: "broken.py", line: 2 },
        { file: "report.md", line: LINE },
      ],
    });
  });

  it("says its notes, the members of a group, and what cannot be said", async () => {
    const silent = await run("class Odd(Exception):\n    def __str__(self): raise TypeError('no text')\nraise Odd()");
    expect(silent.failure).toMatchObject({ name: "Odd", message: "<no text: str() raised TypeError>" });
    const group = [
      "error = ValueError('several')",
      "error.__notes__ = ['see the log']",
      "error.exceptions = (KeyError('a'), TypeError('b'))",
      "raise error",
    ];
    const trial = await run(group.join("\n"));
    expect(trial.failure).toMatchObject({ message: "several\nsee the log\nKeyError: 'a'\nTypeError: b" });
  });

  it("is a memory error where there is no memory", async () => {
    const trial = await run("print('so far', flush=True)\nkept = bytearray(2 ** 62)");
    expect(trial.failure).toMatchObject({ kind: "exception", name: "MemoryError" });
    expect(stdoutOf(trial)).toBe("so far\n");
  });

  it("has no absolute path in anything that the cell shows", async () => {
    const code = [
      "import json, os, traceback",
      "from heapbook import table",
      "try:",
      "    json.loads('{')",
      "except ValueError:",
      "    traceback.print_exc()",
      "table([{'file': os.path.abspath('helper.py')}])",
      "display = [json.__file__, __import__('helper').__file__]",
      "print(display)",
      "open(os.path.abspath('gone.txt'))",
    ].join("\n");
    const trial = await run(code, { files: { "helper.py": HELPER } });
    const text = JSON.stringify([trial.outputs, trial.failure]);
    expect(text).toMatch(/File \\"python3\.\d+\w?\/json\/decoder\.py\\"/);
    expect(text).toContain('"file":"helper.py"');
    expect(text).toContain("No such file or directory: 'gone.txt'");
    expect(text).not.toMatch(/heapbook-test-|["' ]\/(?:usr|root|home|opt)\//);
  });

  it("printed by the cell itself has the lines of the report, and no absolute path", async () => {
    const code = "import traceback, helper\ntry:\n    helper.boom(0)\nexcept ValueError:\n    traceback.print_exc()";
    const trial = await run(code, { files: { "helper.py": HELPER } });
    const [output] = trial.outputs;
    const text = output?.type === "stream" ? output.text : "";
    expect(trial.failure).toBeNull();
    expect(text).toContain(`File "report.md", line ${LINE + 2}, in <module>\n    helper.boom(0)`);
    expect(text).toContain('File "helper.py", line 15, in boom');
    expect(text).toContain("ValueError: too deep");
  });
});

describe.skipIf(SYSTEM === undefined)("the end of a python cell", () => {
  it.each([
    ["sys.exit()", null, ""],
    ["sys.exit(0)", null, ""],
    ["sys.exit(3)", { kind: "exit-code", exitCode: 3 }, ""],
    ["sys.exit('no data')", { kind: "exit-code", exitCode: 1 }, "no data\n"],
    ["os._exit(0)", { kind: "no-output" }, ""],
    ["os.kill(os.getpid(), 9)", { kind: "signal", signal: "SIGKILL" }, ""],
    ["os.write(3, b'rubbish\\n')", { kind: "bad-message", text: "rubbish" }, ""],
    ["__import__('ctypes').string_at(0)", { kind: "signal", signal: "SIGSEGV" }, ""],
  ])("%s", async (code, failure, said) => {
    const trial = await run(`import os, sys\nprint("so far")\n${code};`);
    expect(trial.failure).toEqual(failure);
    expect(
      trial.outputs.map((output) =>
        output.type === "stream" ? output.text : output.type === "display" ? output.data : output,
      ),
    ).toEqual(said === "" ? ["so far\n"] : ["so far\n", said]);
  });

  it("waits for threads and exit handlers", async () => {
    const code = [
      "import atexit, threading, time",
      "from heapbook import metric",
      "atexit.register(lambda: metric('last', 2))",
      "threading.Thread(target=lambda: (time.sleep(0.1), metric('late', 1))).start()",
    ].join("\n");
    const trial = await run(code);
    expect(trial.failure).toBeNull();
    expect(trial.readings.map(({ id }) => id)).toEqual(["late", "last"]);
  });

  it("comes at its timeout, whatever it does with SIGTERM", async () => {
    const code = [
      "import signal",
      "print('so far', end='')",
      "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
      "while True: pass",
    ].join("\n");
    const trial = await run(code, { timeoutMs: 3000 });
    expect(trial.failure).toEqual({ kind: "timeout", timeoutMs: 3000 });
    expect(stdoutOf(trial)).toBe("so far");
  });
});

describe.skipIf(PYODIDE === undefined)("the end of a python cell in Pyodide", () => {
  it("comes at its timeout", async () => {
    const trial = await runPython(PYODIDE, "while True: pass", { timeoutMs: 3000 });
    expect(trial.failure).toEqual({ kind: "timeout", timeoutMs: 3000 });
  });

  it("has exit codes and syntax errors", { timeout: 60_000 }, async () => {
    const left = await runPython(PYODIDE, "import sys\nprint('so far')\nsys.exit(3)");
    expect(left.failure).toEqual({ kind: "exit-code", exitCode: 3 });
    expect(stdoutOf(left)).toBe("so far\n");
    const gone = await runPython(PYODIDE, "import os\nprint('so far')\nos._exit(4)");
    expect(gone.failure).toEqual({ kind: "exit-code", exitCode: 4 });
    expect(gone.outputs).toHaveLength(1);
    const broken = await runPython(PYODIDE, "print(1)\nprint(2");
    expect(broken.failure).toMatchObject({ name: "SyntaxError", frames: [{ file: "report.md", line: LINE + 1 }] });
  });
});

describe.skipIf(SYSTEM === undefined)("the last expression of a python cell", () => {
  it.each([
    ["a = 1\na", ["1"]],
    ["'text'", ["'text'"]],
    ["None", []],
    ["1;", []],
    ["1 ;  # quiet", []],
    ["'a;'", ["'a;'"]],
    ["# nothing but a comment", []],
    ["if True:\n    5", []],
    ["x = 3", []],
    ["(1,\n 2)", ["(1, 2)"]],
  ])("%j shows %j", async (code, shown) => {
    const trial = await run(code);
    expect(trial.failure).toBeNull();
    expect(displaysOf(trial).map(({ data }) => data["text/plain"])).toEqual(shown);
  });
});

describe.skipIf(SYSTEM === undefined)("the files that a python cell reads", () => {
  it("are those it opens, lists and imports, and of installed packages the list of them too", async () => {
    const code = [
      "import glob, json, os, pathlib, sys",
      "sys.path.append('env/site-packages')",
      "import dependency, helper",
      "open('written.txt', 'w').close()",
      "open('data/a.txt').close()",
      "open('data/a.txt').close()",
      "os.close(os.open('data/b.txt', os.O_RDONLY))",
      "glob.glob('listed/*')",
      "pathlib.Path('data/c.txt').read_text();",
    ].join("\n");
    const files = {
      "env/site-packages/dependency.py": "x = 1",
      "helper.py": HELPER,
      "data/a.txt": "",
      "data/b.txt": "",
      "data/c.txt": "",
      "listed/d.txt": "",
    };
    const trial = await run(code, { files });
    expect(trial.failure).toBeNull();
    const reads = trial.reads.map((path) => path.replace(/^.*\/study\//, ""));
    expect(reads.sort()).toEqual([
      "data/a.txt",
      "data/b.txt",
      "data/c.txt",
      "env/site-packages",
      "env/site-packages/dependency.py",
      "helper.py",
      "listed",
    ]);
  });
});

describe.skipIf(SYSTEM === undefined)("the environment of a python cell", () => {
  it("is the same in every process, and the cell's own where it asks for it", async () => {
    const code =
      "import os, sys\nprint(hash('a'), sys.flags.utf8_mode, sys.path[0] == os.getcwd(), os.environ.get('OWN'))";
    const first = stdoutOf(await run(code));
    expect(stdoutOf(await run(code))).toBe(first);
    expect(first).toMatch(/ 1 True None\n$/);
    const seeded = stdoutOf(await run(code, { env: { PYTHONHASHSEED: "7", OWN: "set" } }));
    expect(seeded).toMatch(/ 1 True set\n$/);
    expect(seeded.split(" ")[0]).not.toBe(first.split(" ")[0]);
  });

  it("has no parameters that the cell does not ask for, and says so", async () => {
    const module = "import importlib\n\ndef size():\n    return importlib.import_module('heap' + 'book').params.size\n";
    const trial = await run("import hidden\nhidden.size()", { files: { "hidden.py": module }, params: { size: 3 } });
    expect(trial.failure).toMatchObject({
      name: "AttributeError",
      message: expect.stringContaining("found no use of the report's parameters"),
    });
    const asked = await run("import seen\nprint(seen.params.size)", {
      files: { "seen/__init__.py": "from .inner import params\n", "seen/inner.py": "from heapbook import params\n" },
      params: { size: 3 },
    });
    expect(stdoutOf(asked)).toBe("3\n");
  });

  it("has parameters that behave as a dictionary does", async () => {
    const uses = [
      "json.dumps(params)",
      "json.dumps(params, indent=1, sort_keys=True)",
      "copy.deepcopy(params)",
      "copy.copy(params).size",
      "pickle.loads(pickle.dumps(params)) == params",
      "params | {'a': 1}",
      "{'size': 1, 'a': 1} | params",
      "dict(params), {**params}, list(params), len(params), 'size' in params, params.get('none', 4)",
      "params == {'size': 3, 'items': 1}, {'size': 3} == params, isinstance(params, dict)",
      "'%(size)s' % params, '{size}'.format_map(params), params.copy(), list(reversed(params))",
      "params.items, params['items']",
    ];
    const code = `from heapbook import params\nimport copy, json, pickle\n${uses.map((use) => `print(${use})`).join("\n")}`;
    const trial = await run(code, { params: { size: 3, items: 1 } });
    expect(trial.failure).toBeNull();
    expect(stdoutOf(trial).replace(/<.*?>/, "<method>")).toBe(
      [
        '{"size": 3, "items": 1}',
        '{\n "items": 1,\n "size": 3\n}',
        "{'size': 3, 'items': 1}",
        "3",
        "True",
        "{'size': 3, 'items': 1, 'a': 1}",
        "{'size': 3, 'a': 1, 'items': 1}",
        "{'size': 3, 'items': 1} {'size': 3, 'items': 1} ['size', 'items'] 2 True 4",
        "True False True",
        "3 3 {'size': 3, 'items': 1} ['items', 'size']",
        "<method> 1",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["json.dumps(params)", ["size", "other"]],
    ["params | {}", ["size", "other"]],
    ["copy.deepcopy(params)", ["size", "other"]],
    ["params.get('size')", ["size"]],
    ["'size' in params", ["size"]],
    ["params.copy()['size']", ["copy", "size", "other"]],
    ["params == {}", ["size", "other"]],
  ])("observes which parameters %s reads", async (use, names) => {
    const trial = await run(`from heapbook import params\nimport copy, json\n${use}`, {
      params: { size: 3, other: 1 },
    });
    const observed = trial.observed?.filter(({ kind }) => kind === "param").map(({ name }) => name);
    expect(observed).toEqual(names);
  });

  it.each([
    ["params.update(size=4)", "AttributeError", "`dict(params)` is a copy to change"],
    ["params['size'] = 4", "TypeError", "`dict(params)` is a copy to change"],
    ["params.sise", "AttributeError", "Did you mean 'size'? Available: size."],
    ["params['sise']", "KeyError", "Did you mean 'size'? Available: size."],
    ["params.size = 4", "AttributeError", "Set parameters in the report"],
    ["metric('m', 'many')", "TypeError", "must be a number"],
    ["metric('m', float('nan'))", "ValueError", "must be finite"],
    ["metric('m', 10 ** 400)", "ValueError", "must be finite"],
    ["metric('m', 1, better='up')", "ValueError", "lower, higher, neither"],
    ["table([1])", "TypeError", "a mapping or a named tuple"],
    ["chart(4)", "TypeError", "must be a dict"],
  ])("%s: %s", async (code, name, message) => {
    const trial = await run(`from heapbook import *\n${code}`, { params: { size: 3 } });
    expect(trial.failure).toMatchObject({ name, message: expect.stringContaining(message) });
    // Heapbook's own frames are hidden.
    expect(trial.failure).toMatchObject({ frames: [{ file: "report.md", line: LINE + 1 }] });
  });
});
