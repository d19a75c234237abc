import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtPage } from "../../helpers/built-page.ts";
import { runCli, startCli } from "../../helpers/cli.ts";
// @ts-expect-error: plain JavaScript, which the audits run without a compiler.
import { startProgress } from "../../helpers/progress.mjs";
import { auditNumber, pick, randomFrom } from "../../helpers/random-edits.ts";
import { cellOf, createWorkspace, makeWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// Random edits and random kills of one report, each compared with a clean build, byte for byte. `npm run audit:edits` has more of them.

const KILLS = auditNumber("KILLS", 3);
const EDITS = auditNumber("EDITS", 3);
const SEED = auditNumber("SEED", 20_261_129);

const IN = "reports/demo";

const FILES: Readonly<Record<string, string>> = {
  [`${IN}/report.md`]: reportOf(
    [
      'The scale is {{metric "walks" "size" n=2}}.\n\n',
      cellOf(
        "//| label: walks",
        "//| matrix: { n: [1, 2] }",
        'import { metric, params } from "heapbook";',
        'import { scaled } from "./module.ts";',
        "metric('size', scaled(params.n) + 10);",
      ),
      cellOf(
        "//| label: fig-chart",
        "//| fig-cap: A chart.",
        'import { chart } from "heapbook";',
        'import walks from "result:walks";',
        'import { readFileSync } from "node:fs";',
        'const title = readFileSync("data.txt", "utf8").trim();',
        "const values = walks.variants.map(({ params, metrics }) => ({ n: params.n, y: metrics.size.value }));",
        'chart({ data: { values }, mark: "bar", encoding: { x: { field: "n", type: "nominal", title }, y: { field: "y", type: "quantitative" } } });',
      ),
      cellOf("//| label: parameter", 'import { params } from "heapbook";', "console.log(params.used, 1);"),
      cellOf(
        "//| label: folder",
        'import { existsSync, readdirSync } from "node:fs";',
        'console.log(readdirSync("lists").join(" "), existsSync("later.txt"), process.env.DEMO);',
      ),
      cellOf("//| label: sum", "console.log([1, 2, 3].reduce((sum, n) => sum + n, 0));"),
    ].join(""),
    "title: Edits\nparams: { used: 1, unused: 1 }",
  ),
  [`${IN}/module.ts`]:
    'import { base } from "./transitive.ts";\nexport const scaled = (n: number): number => base * n;\n',
  [`${IN}/transitive.ts`]: "export const base = 3;\n",
  [`${IN}/data.txt`]: "first\n",
  [`${IN}/lists/a.txt`]: "",
};

/** A change of one file of the report, or of its environment, to a new value. */
type Edit = (workspace: Workspace, value: number, env: Record<string, string>) => void;

const replace =
  (file: string, pattern: RegExp, by: (value: number) => string): Edit =>
  ({ read, write }, value) =>
    write(`${IN}/${file}`, read(`${IN}/${file}`).replace(pattern, by(value)));
const put =
  (file: string): Edit =>
  ({ write }, value) =>
    write(`${IN}/${file}`, `${value}\n`);
const toggle =
  (file: string): Edit =>
  ({ list, path, write }) => {
    if (list(IN).includes(`${IN}/${file}`)) rmSync(path(`${IN}/${file}`));
    else write(`${IN}/${file}`, "");
  };

const KINDS: Readonly<Record<string, Edit>> = {
  prose: replace("report.md", /The scale( \d+)? is/, (value) => `The scale ${value} is`),
  title: replace("report.md", /title: Edits.*/, (value) => `title: Edits ${value}`),
  caption: replace("report.md", /fig-cap: .*/, (value) => `fig-cap: A chart ${value}.`),
  "code of a cell": replace("report.md", /\[1, 2, \d+\]\.reduce/, (value) => `[1, 2, ${value}].reduce`),
  "code with the same result": replace(
    "report.md",
    /scaled\(params\.n\) \+ [\d+ -]+\)/,
    (value) => `scaled(params.n) + ${value} + 10 - ${value})`,
  ),
  comment: replace("module.ts", /^(\/\/.*\n)?/, (value) => `// ${value}\n`),
  module: replace("module.ts", /base \* n[^;]*;/, (value) => `base * n + ${value};`),
  "transitive module": replace("transitive.ts", /\d+/, String),
  data: put("data.txt"),
  "a file in a folder": toggle("lists/b.txt"),
  "a file that appears or goes": toggle("later.txt"),
  "a used parameter": replace("report.md", /used: \d+, unused/, (value) => `used: ${value}, unused`),
  "an unused parameter": replace("report.md", /unused: \d+/, (value) => `unused: ${value}`),
  matrix: replace("report.md", /n: \[1, 2[^\]]*\]/, (value) => `n: [1, 2, ${value + 2}]`),
  flags: replace(
    "report.md",
    /label: sum\n(\/\/\| flags: .*\n)?/,
    (value) => `label: sum\n//| flags: [--stack-size=${900 + value}]\n`,
  ),
  "chart specification": replace("report.md", /mark: "\w+"/, (value) => `mark: "${value % 2 === 0 ? "bar" : "point"}"`),
  echo: replace(
    "report.md",
    /label: folder\n(\/\/\| echo: .*\n)?/,
    (value) => `label: folder\n//| echo: ${value % 2 === 0}\n`,
  ),
  variable: (_, value, env) => Object.assign(env, { DEMO: String(value) }),
};

let workspace: Workspace;
const env: Record<string, string> = {};

beforeAll(() => {
  workspace = makeWorkspace(FILES);
});
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const render = ({ folder }: Workspace) => runCli(["render", "demo", "-q"], { cwd: folder, env });

/** A build of the same sources without a store. */
async function buildClean(): Promise<Workspace> {
  const clean = createWorkspace();
  for (const name of workspace.list("reports")) clean.write(name, workspace.read(name));
  const run = await render(clean);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  return clean;
}

const random = randomFrom(SEED);

describe(`random edits and kills, seed ${SEED}`, () => {
  it(
    `after each of ${EDITS} edits, the page is that of a clean build`,
    async () => {
      const progress = startProgress(EDITS);
      expect((await render(workspace)).exitCode).toBe(0);
      for (let edit = 1; edit <= EDITS; edit++) {
        const name = pick(random, Object.keys(KINDS));
        const value = 1 + Math.floor(random() * 50);
        KINDS[name]?.(workspace, value, env);
        const run = await render(workspace);
        expect(run, `${name}: ${run.stderr}`).toMatchObject({ exitCode: 0 });
        const clean = await buildClean();
        expect(builtPage(workspace), `edit ${edit}, seed ${SEED}: ${name} ${value}`).toEqual(builtPage(clean));
        progress(`${name}, seed ${SEED}`);
      }
    },
    60_000 + EDITS * 30_000,
  );

  it(
    `after ${KILLS} renders that were killed (kill -9), the page is that of a clean build`,
    async () => {
      const progress = startProgress(KILLS);
      for (let kill = 1; kill <= KILLS; kill++) {
        KINDS["transitive module"]?.(workspace, 100 + kill, env);
        const { child, ended } = startCli(["render", "demo", "-q"], { cwd: workspace.folder, env });
        await Promise.race([sleep(random() * 2500), ended]);
        child.kill("SIGKILL");
        await ended;
        progress(`kill, seed ${SEED}`);
      }
      const run = await render(workspace);
      expect(run, run.stderr).toMatchObject({ exitCode: 0, stderr: "" });
      expect(builtPage(workspace)).toEqual(builtPage(await buildClean()));
      expect(workspace.list().filter((name) => /\.tmp$|\/run-\d|\/locks\//.test(name))).toEqual([]);
    },
    60_000 + KILLS * 10_000,
  );
});
