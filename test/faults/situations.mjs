/** Situations of a user that are no mistake of a report: folders that are gone, files in the way, readers that leave. */
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { findRunFaults, makeFolder, run, start } from "./check.mjs";

const SIMPLE = "---\ntitle: A\n---\n\n```{js}\n//| label: a\nconsole.log('shown-words');\n```\n";
const SLOW =
  "---\ntitle: A\n---\n\n```{js}\n//| label: a\nawait new Promise((resolve) => setTimeout(resolve, 1500));\n```\n";

/** Each: `[name, prepare(made) → options of the run, what must be in stderr or undefined, exit codes, arguments]` */
const SITUATIONS = [
  ["TMPDIR is missing", () => ({ env: { TMPDIR: "/nonexistent/x" } }), undefined, [0, 2]],
  [
    "TMPDIR is a file",
    (made) => {
      writeFileSync(made.path("t"), "");
      return { env: { TMPDIR: made.path("t") } };
    },
    undefined,
    [0, 2],
  ],
  ["HOME is missing", () => ({ env: { HOME: "/nonexistent" } }), undefined, [0]],
  [
    ".heapbook is a file",
    (made) => {
      writeFileSync(made.path(".heapbook"), "");
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    ".heapbook links to itself",
    (made) => {
      symlinkSync(".heapbook", made.path(".heapbook"));
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    ".heapbook links to nothing",
    (made) => {
      symlinkSync("/nonexistent/x", made.path(".heapbook"));
    },
    undefined,
    [0, 2],
  ],
  [
    ".heapbook/cache is a file",
    (made) => {
      mkdirSync(made.path(".heapbook"));
      writeFileSync(made.path(".heapbook/cache"), "");
    },
    undefined,
    [0, 2],
  ],
  [
    ".heapbook/runtimes is a file",
    (made) => {
      mkdirSync(made.path(".heapbook"));
      writeFileSync(made.path(".heapbook/runtimes"), "");
    },
    undefined,
    [0, 2],
  ],
  [
    ".heapbook/results is a file",
    (made) => {
      mkdirSync(made.path(".heapbook"));
      writeFileSync(made.path(".heapbook/results"), "");
    },
    undefined,
    [0, 2],
  ],
  [
    "an old folder in .heapbook/tmp",
    (made) => {
      mkdirSync(made.path(".heapbook/tmp/old"), { recursive: true });
      utimesSync(made.path(".heapbook/tmp/old"), 1, 1);
    },
    undefined,
    [0],
  ],
  [
    "_site is a file",
    (made) => {
      writeFileSync(made.path("_site"), "");
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    "_site/a is a file",
    (made) => {
      mkdirSync(made.path("_site"));
      writeFileSync(made.path("_site/a"), "");
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    "results.json is a folder",
    (made) => {
      mkdirSync(made.path("_site/a/results.json"), { recursive: true });
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    "results.json is rubbish",
    (made) => {
      mkdirSync(made.path("_site/a"), { recursive: true });
      writeFileSync(made.path("_site/a/results.json"), "{");
    },
    undefined,
    [0],
  ],
  [
    "results.json is an endless device",
    (made) => {
      mkdirSync(made.path("_site/a"), { recursive: true });
      symlinkSync("/dev/zero", made.path("_site/a/results.json"));
    },
    undefined,
    [0, 2],
  ],
  [
    "the site's list is rubbish",
    (made) => {
      mkdirSync(made.path("_site"));
      writeFileSync(made.path("_site/.heapbook-site.json"), "[5]");
    },
    undefined,
    [0],
  ],
  [
    "report.md is a folder",
    (made) => {
      rmSync(made.path("reports/a/report.md"));
      mkdirSync(made.path("reports/a/report.md"));
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    "report.md is empty",
    (made) => {
      writeFileSync(made.path("reports/a/report.md"), "");
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    "report.md is an endless device",
    (made) => {
      rmSync(made.path("reports/a/report.md"));
      symlinkSync("/dev/zero", made.path("reports/a/report.md"));
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    "heapbook.yml is rubbish",
    (made) => {
      writeFileSync(made.path("heapbook.yml"), "a: [\n\t- x");
    },
    /\[[a-z-]+\]/,
    [2],
  ],
  [
    "heapbook.yml is a folder",
    (made) => {
      mkdirSync(made.path("heapbook.yml"));
    },
    undefined,
    [0, 2],
  ],
  [
    "report.results.json is rubbish",
    (made) => {
      writeFileSync(made.path("reports/a/report.results.json"), "{");
    },
    undefined,
    [0, 2],
  ],
  ["NODE_OPTIONS with a heap of 60 MB", () => ({ env: { NODE_OPTIONS: "--max-old-space-size=120" } }), undefined, [0]],
  ["NODE_DEBUG", () => ({ env: { NODE_DEBUG: "fs,module" } }), undefined, [0]],
  ["no HOME, no PATH", () => ({ env: { HOME: "", PATH: "" } }), undefined, [0]],
  ["few open files", () => ({ shell: "ulimit -n 40" }), undefined, [0, 1, 2]],
  ["few processes", () => ({ shell: "ulimit -u 4000" }), undefined, [0]],
  ["stdout is closed", () => ({ shell: "exec >&-" }), undefined, [0]],
  ["stdin and stdout are closed", () => ({ shell: "exec <&- >&-" }), undefined, [0]],
];

export async function checkSituations(report, step = 1) {
  for (const [index, [name, prepare, says, codes, args = ["render", "a"]]] of SITUATIONS.entries()) {
    if (index % step > 0) continue;
    const made = makeFolder({ "reports/a/report.md": SIMPLE });
    try {
      const ran = await run(args, made.folder, { limitMs: 60_000, ...prepare(made) });
      const faults = findRunFaults(ran, codes);
      if (says !== undefined && !says.test(ran.stderr)) faults.push(`not said: ${says}: ${ran.stderr}`);
      if (ran.exitCode === 0 && !made.read("_site/a/index.html").includes("shown-words"))
        faults.push("exit code 0 without the page");
      report(name, faults);
    } finally {
      made.remove();
    }
  }
  await during(report, "the reader of stderr leaves", ({ child }) => child.stderr.destroy(), [0], true);
  await during(
    report,
    "the report's folder is removed",
    (_, made) => rmSync(made.path("reports"), { recursive: true, force: true }),
    [1, 2],
    false,
  );
  await during(
    report,
    "the store is removed",
    // Again where the render writes into it meanwhile.
    (_, made) => rmSync(made.path(".heapbook"), { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }),
    [0, 1, 2],
    false,
  );
  await during(report, "heapbook clean", (_, made) => run(["clean"], made.folder), [0], true);
  await during(report, "Ctrl-C", ({ child }) => child.kill("SIGINT"), [130], false);
  await during(report, "Ctrl-C at the start", ({ child }) => child.kill("SIGINT"), [130], false, 150);
}

/** Does something while a cell runs. */
async function during(report, name, act, codes, hasPage, afterMs = 1300) {
  const made = makeFolder({ "reports/a/report.md": SLOW });
  try {
    const started = start(["render", "a"], made.folder, { limitMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await act(started, made);
    const ran = await started.ended;
    // Before the command line has started, a signal ends Node.
    const faults = ran.signal === "SIGINT" && ran.stderr === "" ? [] : findRunFaults(ran, codes);
    const page = made.read("_site/a/index.html");
    if (hasPage && page === "") faults.push("no page");
    if (page.includes(made.folder)) faults.push("the page names the folder");
    report(`during a render: ${name}`, faults);
  } finally {
    made.remove();
  }
}
