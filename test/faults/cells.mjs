/** One report with a cell for each way of ending, and one with a cell for each hostile change: a render decides some hundred cases. */

import { findRunFaults, makeFolder, run } from "./check.mjs";
import { JS_ENDINGS, PYTHON_ENDINGS } from "./endings.mjs";
import { PATCHES } from "./hostile.mjs";

const every = (list, step) => list.filter((_, index) => index % step === 0);

/** @param step 1 for all cases, 3 for each third */
export async function checkEndings(report, step = 1) {
  await checkCells(report, "JavaScript", every(JS_ENDINGS, step));
  await checkCells(report, "Python", every(PYTHON_ENDINGS, step));
}

async function checkCells(report, language, endings) {
  const mark = language === "Python" ? "#|" : "//|";
  const cells = endings.map(([name, code, , options = []]) => {
    const lines = [`label: ${name}`, ...options].map((line) => `${mark} ${line}`);
    return [language === "Python" ? "```{python}" : "```{js}", ...lines, code, "```"].join("\n");
  });
  const head = `---\ntitle: Endings\nexecute:\n  timeout: 20s\n${language === "Python" ? "  python: system\n" : ""}---\n\n`;
  const made = makeFolder({ "reports/a/report.md": `${head}${cells.join("\n\nBetween.\n\n")}\n\nlast-words\n` });
  try {
    const ran = await run(["render", "a", "--to", "html,md"], made.folder, { limitMs: 300_000 });
    const common = findRunFaults(ran, [1]);
    const page = made.read("_site/a/index.html");
    if (!page.includes("last-words")) common.push("the page lacks what follows the cells");
    for (const [name, text] of [
      ["index.html", page],
      ["report.md", made.read("_site/a/report.md")],
    ]) {
      if (text.includes(made.folder))
        common.push(`${name} names the folder: …${text.slice(text.indexOf(made.folder) - 80).slice(0, 200)}`);
    }
    report(`${language}: the whole report`, common);
    const results =
      made.read("_site/a/results.json") === "" ? undefined : JSON.parse(made.read("_site/a/results.json"));
    for (const [name, , expected] of endings) {
      const cell = results?.cells.find(({ label }) => label === name);
      const kind = cell === undefined ? "missing" : (cell.variants[0]?.failure?.kind ?? cell.state);
      report(
        `${language}: ${name}`,
        expected.split(" ").includes(kind)
          ? []
          : [`${kind} in place of ${expected}: ${JSON.stringify(cell?.variants[0]?.failure)?.slice(0, 300)}`],
      );
    }
  } finally {
    made.remove();
  }
}

/** Bytes that a reading may differ by from that of a cell without a change. */
const NEAR_BYTES = 40_000;

export async function checkPatches(report, step = 1) {
  const patches = every(PATCHES, step);
  const cells = patches.map(([, code], index) => {
    const [imports, rest] = [
      code.match(/import .*? from "[^"]+";/g) ?? [],
      code.replace(/import .*? from "[^"]+";/g, ""),
    ];
    return [
      "```{js}",
      ...[`label: p${index}`, "probes: [peak]", "trials: 1"].map((line) => `//| ${line}`),
      ...['import { measure } from "heapbook";', ...imports, rest],
      "measure(() => { const kept = new Uint8Array(1_000_000); kept[5] = 1; return kept; });",
      "```",
    ].join("\n");
  });
  const made = makeFolder({
    "reports/a/report.md": `---\ntitle: Patches\nexecute:\n  timeout: 20s\n---\n\n${cells.join("\n\n")}\n`,
  });
  try {
    const ran = await run(["render", "a"], made.folder, { limitMs: 600_000 });
    report("Patches: the whole report", findRunFaults(ran, [0, 1]));
    const results =
      made.read("_site/a/results.json") === "" ? undefined : JSON.parse(made.read("_site/a/results.json"));
    const readingOf = (index) => {
      const variant = results?.cells[index]?.variants[0];
      return {
        failure: variant?.failure,
        bytes:
          variant?.metrics.find(({ id }) => id === "peakLive")?.value ??
          variant?.metrics.find(({ id }) => id === "peakLive")?.median,
      };
    };
    const plain = readingOf(0).bytes;
    for (const [index, [name]] of patches.entries()) {
      const { failure, bytes } = readingOf(index);
      const isNear = bytes !== undefined && Math.abs(bytes - plain) < NEAR_BYTES;
      // A cell that breaks what its own code or Node itself needs may fail, and says so; a reading may not be wrong.
      report(
        `Patch: ${name}`,
        isNear || (["exception", "exit-code"].includes(failure?.kind) && index > 0)
          ? []
          : [`reading ${bytes}, expected about ${plain}; ${JSON.stringify(failure)?.slice(0, 300)}`],
      );
    }
  } finally {
    made.remove();
  }
}
