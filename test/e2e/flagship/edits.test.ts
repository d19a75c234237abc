import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPage } from "../../helpers/built-page.ts";
import { runCli } from "../../helpers/cli.ts";
import { copyFlagship, keepCells, readFlagship } from "../../helpers/flagship.ts";
// @ts-expect-error: plain JavaScript, which the audits run without a compiler.
import { startProgress } from "../../helpers/progress.mjs";
import { auditNumber, pick, randomFrom } from "../../helpers/random-edits.ts";
import { createWorkspace, makeWorkspace, type Workspace } from "../../helpers/workspace.ts";

// Random edits of the flagship, each compared with a clean build, byte for byte. Of its cells those whose readings repeat to the byte: what
// differs then is stale. `npm run audit:edits` has more edits.

const EDITS = auditNumber("FLAGSHIP", 1);
const SEED = auditNumber("SEED", 20_261_129);
const IN = "reports/memory-usage";

const KEPT = [
  "tbl-freed-python",
  "tbl-freed",
  "claim-cycles",
  "fig-holders",
  "claim-python",
  "fig-peaks",
  "claim-walks",
];
const PROSE =
  'The walks [@writeup2021] peak at {{metric "walks" "peakLive" walks="saved"}}, see @fig-peaks; ' +
  'CPython\'s at {{metric "profile-python" "peakSaved"}}.';

/** The flagship with few walks, one trial each, and without the probe whose readings are times. */
function shorten(source: string): string {
  return source
    .replace(/^params: .*$/m, "params: { blocks: 6, repetitions: 40, seed: 42 }")
    .replace(/^execute: \{ trials: \d+/m, "execute: { trials: 1")
    .replace("probes: [peak, gc]", "probes: [peak]")
    .replace(/\n---\n\n/, `\n---\n\n${PROSE}\n`);
}

/** A change of one file to a new value. */
type Edit = (workspace: Workspace, value: number) => void;

const replace =
  (file: string, pattern: RegExp, by: (value: number) => string): Edit =>
  ({ read, write }, value) => {
    const before = read(`${IN}/${file}`);
    expect(before, `${file} has what is edited`).toMatch(pattern);
    write(`${IN}/${file}`, before.replace(pattern, by(value)));
  };

const KINDS: Readonly<Record<string, Edit>> = {
  prose: replace("report.md", /The (?:\d+ )?walks \[/, (value) => `The ${value} walks [`),
  title: replace("report.md", /^title: Memory usage.*$/m, (value) => `title: Memory usage ${value}`),
  caption: replace("report.md", /tbl-cap: (?:\d+ )?When V8/, (value) => `tbl-cap: ${value} When V8`),
  "caption of a chart": replace("report.md", /fig-cap: (?:\d+ )?Live/, (value) => `fig-cap: ${value} Live`),
  option: replace(
    "report.md",
    /label: fig-peaks\n\/\/\| echo: \w+/,
    (value) => `label: fig-peaks\n//| echo: ${value % 2 === 0}`,
  ),
  "code of a cell": replace("report.md", /key < \d+_000/, (value) => `key < ${value}_000`),
  "code of a python cell": replace(
    "report.md",
    /range\(\d+\):\n {4}in_a_cycle/,
    (value) => `range(${value}):\n    in_a_cycle`,
  ),
  "code of a chart": replace("report.md", /saved: [\d_]+, dropped/, (value) => `saved: ${value}_000, dropped`),
  "code of a claim": replace(
    "report.md",
    /counted, dropped\)\)\.isBelow\([\d.]+/,
    (value) => `counted, dropped)).isBelow(${value / 10}`,
  ),
  module: replace(
    "base-library.ts",
    /for \(let block = 0; block < blocks[^;]*;/,
    (value) => `for (let block = 0; block < blocks + ${value % 4};`,
  ),
  "comment of a module": replace("base-library.ts", /^(?:\/\/ \d+\n)?/, (value) => `// ${value}\n`),
  "python module": replace("base_library.py", /^(?:kept = .*\n)?/, (value) => `kept = [0] * ${value * 100}\n`),
  "data of the bibliography": replace(
    "sources.bib",
    /title = \{Memory usage[^}]*\}/,
    (value) => `title = {Memory usage ${value}}`,
  ),
  "a parameter of all": replace("report.md", /repetitions: \d+/, (value) => `repetitions: ${20 + value}`),
  "a parameter of python": replace("report.md", /seed: \d+/, (value) => `seed: ${value}`),
  "an upstream cell": replace("report.md", /\[saved, dropped[^\]]*\] \}/, (value) =>
    value % 2 === 0 ? "[saved, dropped, counted] }" : "[saved, dropped, counted] } // no other",
  ),
  "an upstream cell's matrix": replace("report.md", /holder: \[[^\]]*\]/, (value) =>
    value % 2 === 0 ? "holder: [Map, WeakMap]" : "holder: [WeakMap, Map]",
  ),
};

let workspace: Workspace;

beforeAll(() => {
  workspace = makeWorkspace();
  copyFlagship(workspace, shorten(keepCells(readFlagship(), KEPT)));
});
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const render = ({ folder }: Workspace) => runCli(["render", "memory-usage", "-q"], { cwd: folder });

/** The page, without the fingerprints of cells that import results: these have times. */
const page = (built: Workspace): Record<string, string> =>
  Object.fromEntries(
    Object.entries(builtPage(built, "memory-usage")).map(([name, text]) => [
      name,
      text.replace(/"fingerprint": "\w+"/g, '"fingerprint": ""'),
    ]),
  );

/** A build of the same sources without a store. */
async function buildClean(): Promise<Workspace> {
  const clean = createWorkspace();
  for (const name of workspace.list("reports")) clean.write(name, workspace.read(name));
  await render(clean);
  return clean;
}

it(
  `after each of ${EDITS} edits of the flagship, seed ${SEED}, the page is that of a clean build`,
  async () => {
    const random = randomFrom(SEED);
    const progress = startProgress(EDITS);
    const first = await render(workspace);
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    for (let edit = 1; edit <= EDITS; edit++) {
      const name = pick(random, Object.keys(KINDS));
      const value = 1 + Math.floor(random() * 50);
      KINDS[name]?.(workspace, value);
      const run = await render(workspace);
      const clean = await buildClean();
      expect(page(workspace), `edit ${edit}, seed ${SEED}: ${name} ${value}: ${run.stderr}`).toEqual(page(clean));
      progress(`${name}, seed ${SEED}`);
    }
  },
  120_000 + EDITS * 120_000,
);
