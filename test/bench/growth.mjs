/**
 * How time and memory of a render grow with the size of its report: cells, variants, displays, rows of tables, trials, points of charts, each
 * at three sizes that double twice. Linear growth doubles what is above an empty report; more is superlinear.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const numbers = (count) => Array.from({ length: count }, (_, index) => index);
const cell = (label, lines) => `\`\`\`{js}\n//| label: ${label}\n${lines}\n\`\`\`\n\n`;

/** By name: the smallest size, the body of a report of a size, and arguments. */
const GROWING = {
  cells: [
    500,
    (size) =>
      numbers(size)
        .map((i) => `## S ${i}\n\n${cell(`c${i}`, `console.log(${i});`)}`)
        .join(""),
    ["--no-execute"],
  ],
  variants: [
    10,
    (size) =>
      cell("c", `//| matrix: { n: [${numbers(size)}] }\nimport { variant } from "heapbook";\nconsole.log(variant.n);`),
  ],
  displays: [
    500,
    (size) =>
      cell(
        "c",
        `import { display } from "heapbook";\nfor (let i = 0; i < ${size}; i++) display({ "text/plain": "value " + i });`,
      ),
  ],
  "rows of a table": [
    10_000,
    (size) =>
      cell(
        "c",
        `import { table } from "heapbook";\ntable(Array.from({ length: ${size} }, (_, i) => ({ i, half: i / 2, name: "row " + i })));`,
      ),
  ],
  trials: [
    5,
    (size) =>
      cell("c", `//| probes: [time]\n//| trials: ${size}\nimport { measure } from "heapbook";\nmeasure(() => 1);`),
  ],
  "points of a chart": [
    5000,
    (size) =>
      cell(
        "c",
        `import { chart } from "heapbook";\nchart({ mark: "point", data: { values: Array.from({ length: ${size} }, (_, i) => ({ a: i, b: Math.sin(i) })) }, encoding: { x: { field: "a", type: "quantitative" }, y: { field: "b", type: "quantitative" } } });`,
      ),
  ],
};

/** Growth per doubling above which a curve is called superlinear: linear is 2. */
const SUPERLINEAR = 2.6;

/** CPU seconds of a render and its processes, and the largest resident set of one of them, MiB. GNU time tells them. */
function measureRender(body, args) {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-growth-"));
  try {
    mkdirSync(join(folder, "reports", "a"), { recursive: true });
    writeFileSync(join(folder, "reports", "a", "report.md"), `---\ntitle: Growth\n---\n\n${body}`);
    const told = spawnSync(
      "/usr/bin/time",
      ["-f", "%U %S %M", process.execPath, cli, "render", "a", "--quiet", "--to", "html,md", ...args],
      { cwd: folder, encoding: "utf8" },
    );
    const [user = "0", system = "0", kib = "0"] = told.stderr.trim().split("\n").at(-1)?.split(" ") ?? [];
    return { seconds: Number(user) + Number(system), mib: Number(kib) / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the growth of each dimension. */
export function benchGrowth() {
  try {
    execFileSync("/usr/bin/time", ["-f", "", "true"], { stdio: "ignore" });
  } catch {
    console.log("Growth: skipped, because GNU time (/usr/bin/time) is not installed.");
    return;
  }
  const empty = measureRender("Text.\n", []);
  console.log(
    `Growth of CPU time and of the largest process, at three sizes (an empty report: ${empty.seconds.toFixed(1)} s, ${empty.mib.toFixed(0)} MiB):`,
  );
  for (const [name, [smallest, bodyOf, args = []]] of Object.entries(GROWING)) {
    const sizes = [smallest, smallest * 2, smallest * 4];
    const found = sizes.map((size) => measureRender(bodyOf(size), args));
    const growth = (value) => (value(found[2]) - value(found[1])) / Math.max(value(found[1]) - value(found[0]), 0.001);
    const [time, memory] = [growth(({ seconds }) => seconds), growth(({ mib }) => mib)];
    // Differences below a tenth of an empty report are noise.
    const isLarge =
      found[2].seconds - found[0].seconds > empty.seconds / 10 || found[2].mib - found[0].mib > empty.mib / 10;
    const verdict =
      isLarge && found[2].seconds - found[1].seconds > 0.5 && time > SUPERLINEAR ? "superlinear" : "linear";
    const points = found.map(
      ({ seconds, mib }, index) => `${sizes[index]}: ${seconds.toFixed(1)} s, ${mib.toFixed(0)} MiB`,
    );
    console.log(
      `  ${name.padEnd(18)} ${points.join("; ")}; growth per doubling ${time.toFixed(1)} in time, ${memory.toFixed(1)} in memory: ${verdict}`,
    );
  }
}
