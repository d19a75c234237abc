import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openProject } from "../../src/commands/project.ts";
import { projectReports } from "../../src/commands/targets.ts";
import { UserError } from "../../src/errors.ts";
import { renderReport } from "../../src/pipeline/render-report.ts";
import { useTemplates } from "../../src/render/html/template.ts";
import { normalise } from "../helpers/normalise.ts";
import { renderDefaults } from "../helpers/render-options.ts";
import { createWorkspace, reportOf, type Workspace } from "../helpers/workspace.ts";

// Reports without cells: the pages of a site come from the same code, and no process runs.

async function renderSite(workspace: Workspace) {
  const root = workspace.folder;
  const paths = projectReports(root);
  const project = openProject(root, undefined, paths);
  for (const path of paths) {
    const outcome = await renderReport({
      path,
      root,
      outputFolder: project.outputFolder,
      site: project.placeOf(path),
      settings: project.settings,
      parts: project.parts,
      ...renderDefaults(),
    });
    project.add(outcome);
  }
  let printed = "";
  const err = (text: string): void => {
    printed += text;
  };
  project.write({ out: () => {}, err, isInteractive: false, columns: 80 }, false);
  return printed;
}

const SITE = {
  "heapbook.yml": "title: Course\ndescription: Reports & notes\nurl: https://example.org/course\norder: [walks]\n",
  "data/shared.csv": "a,b\n1,2\n",
  "reports/walks/data.csv": "x\n",
  "reports/walks/report.md": reportOf(
    "## Method {#sec-m}\n\nSee [week 9](../2026/week9/report.md#sec-r), [own](data.csv), [shared](../../data/shared.csv) and [here](#sec-m).\n",
    "title: Random <walks>\nauthor: Ada\ndate: 2026-11-22\nabstract: About **memory** & {{count params.n}} steps.\nkey-figure: '{{count params.n}} steps'\nparams: { n: 10000 }",
  ),
  "reports/2026/week9/report.md": reportOf("## Results {#sec-r}\n\nFragmentation of [shared](../../../data/shared.csv).\n", "title: Week 9"),
};

it("a site has an index, pages that know their place, and shared files", async () => {
  const workspace = createWorkspace(SITE);
  expect(await renderSite(workspace)).toMatch(/^Site: .*_site\/index.html\n$/);
  const shared = "_site/assets/shared.8acef0f0a1c4.csv";
  const files = workspace.list("_site");
  expect(files.filter((name) => !name.includes("assets"))).toEqual([
    "_site/.heapbook-site.json",
    "_site/2026/week9/index.html",
    "_site/2026/week9/report.md",
    "_site/2026/week9/results.json",
    "_site/404.html",
    "_site/feed.xml",
    "_site/index.html",
    "_site/sitemap.xml",
    "_site/walks/data.csv",
    "_site/walks/index.html",
    "_site/walks/report.md",
    "_site/walks/results.json",
  ]);
  expect(files.filter((name) => name.includes("assets")).map((name) => name.length)).toEqual([shared.length]);
  const read = (name: string): string => normalise(workspace.read(`_site/${name}`), workspace.folder);
  const index = read("index.html").replace(/<script>[\s\S]*?<\/script>/, "<script></script>").replace(/<style>[\s\S]*?<\/style>/, "<style></style>");
  await expect(index.replace(/content="default-src[^"]*"/, 'content="…"')).toMatchFileSnapshot("site/index.html");
  await expect(read("feed.xml")).toMatchFileSnapshot("site/feed.xml");
  await expect(read("sitemap.xml")).toMatchFileSnapshot("site/sitemap.xml");
  const page = read("walks/index.html");
  expect(page).toContain('<a href="../2026/week9/index.html#sec-r">week 9</a>');
  expect(page).toContain('<a href="data.csv">own</a>');
  expect(page).toMatch(/<a href="\.\.\/assets\/shared\.[0-9a-f]{12}\.csv">shared<\/a>/);
  expect(page).toContain('<nav aria-label="All reports"><a href="../index.html">Course</a></nav>');
  expect(page).toContain('<a rel="next" href="../2026/week9/index.html"><span>Next</span> Week 9</a>');
  expect(read("walks/report.md")).toContain("[week 9](../2026/week9/report.md#sec-r)");
});

it("pages of removed reports go, and nothing that Heapbook did not write", async () => {
  const workspace = createWorkspace(SITE);
  await renderSite(workspace);
  const before = workspace.snapshot("_site");
  expect(await renderSite(workspace)).toMatch(/^Site: /);
  expect(workspace.snapshot("_site")).toEqual(before);
  workspace.write("_site/walks/notes.txt", "mine");
  rmSync(workspace.path("reports/walks"), { recursive: true });
  workspace.write("heapbook.yml", "title: Course\n");
  expect(await renderSite(workspace)).toMatch(/^Removed the pages of 1 report: walks\n/);
  expect(workspace.list("_site").filter((name) => name.startsWith("_site/walks") || name.endsWith(".xml"))).toEqual(["_site/walks/notes.txt"]);
  expect(workspace.list("_site").filter((name) => name.includes("assets"))).toHaveLength(1);
});

it.each([
  ["[a](nothing.csv)", "leads to no file"],
  ["[a](dta.csv)", "Did you mean `data.csv`?"],
  ["[a](#sec-none)", "leads to nothing on the page"],
  ["[a](../)", "leads to a folder without a report.md"],
  ["[a](/data.csv)", "begins at the root of the host"],
  ["[a](data.csv/x)", "leads to no file"],
])("the link %s is an error with its line", async (link, message) => {
  const workspace = createWorkspace({ "reports/a/data.csv": "1", "reports/a/report.md": reportOf(`Text\n\nand ${link}\n`) });
  const error: unknown = await renderSite(workspace).catch((reason: unknown) => reason);
  const [first] = (error as { errors: readonly UserError[] }).errors;
  expect(`${first?.message} ${first?.hint}`).toContain(message);
  expect(first?.code).toBe("dead-link");
  expect(first?.position).toEqual({ file: "reports/a/report.md", line: 7 });
});

const guide = readFileSync(fileURLToPath(new URL("../../docs/report-format.md", import.meta.url)), "utf8");

it("the workflow of the documentation is the one that `heapbook init --ci` writes", () => {
  const workflow = readFileSync(fileURLToPath(new URL("../../templates/pages-workflow.yml", import.meta.url)), "utf8");
  const steps = /^```yaml\n(- uses: actions\/checkout.*?)^```$/ms.exec(guide)?.[1] ?? "";
  expect(workflow).toContain(steps.replace(/^(?=.)/gm, "      "));
});

it("the institute's title page of the documentation works", async () => {
  const named = [...guide.matchAll(/^```(?:yaml|handlebars|css) (\S+)\n(.*?)^```$/gms)];
  expect(named.map(([, name]) => name)).toEqual(["heapbook.yml", "institute/title.hbs", "institute.css", "institute/imprint.html"]);
  const files = Object.fromEntries(named.map(([, name = "", text = ""]) => [name, text]));
  const report = reportOf("Text.\n", "title: A study\nauthor: Ada\ncustom: { semester: Winter 2026 }");
  const workspace = createWorkspace({ ...files, "reports/a/report.md": report });
  try {
    await renderSite(workspace);
    const page = workspace.read("_site/a/index.html");
    expect(page).toContain('<p class="institute-name">Institute of Examples · Winter 2026</p>\n<h1>A study</h1>');
    expect(page).toContain('<p class="byline">Ada</p>');
    expect(page).toContain("border-top: 6px solid #7a0019");
    expect(page).toContain("Institute of Examples, Example Street 1</p>");
    workspace.write("institute/title.hbs", "<h1>{{titel}}</h1>");
    await expect(renderSite(workspace)).rejects.toMatchObject({ code: "broken-template", position: { file: "institute/title.hbs", line: 1 } });
    workspace.write("institute/title.hbs", "<h1>\n{{#if title}}</h1>");
    await expect(renderSite(workspace)).rejects.toMatchObject({ code: "broken-template", message: expect.stringContaining("does not compile") });
    workspace.write("institute/title.hbs", "<h1>{{> title}}</h1>");
    await expect(renderSite(workspace)).rejects.toMatchObject({ code: "broken-template", message: expect.stringContaining("includes itself") });
    workspace.write("institute/title.hbs", "<h1>a</h1>");
    workspace.write("institute.css", "\n@import url(https://example.org/a.css);");
    await expect(renderSite(workspace)).rejects.toMatchObject({ code: "broken-template", position: { file: "institute.css", line: 2 } });
  } finally {
    useTemplates(new Map());
  }
}, 60_000);
