import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../../../src/errors.ts";
import { renderHtml } from "../../../../src/render/html/report.ts";
import type { RenderedFile } from "../../../../src/render/renderer.ts";
import {
  CHART_OUTPUT,
  display,
  EXCEPTION,
  everyComponent,
  HEAP_LIMIT,
  makeCell,
  makeChart,
  makeInput,
  parseFixture,
  showing,
  stdout,
} from "../../../helpers/page.ts";
import { makeLine, makeProfile } from "../../../helpers/profiles.ts";
import { makeReading, makeTrial, makeTrialSet, makeVariant } from "../../../helpers/results.ts";

const pageOf = (files: readonly RenderedFile[]): string =>
  String(files.find((file) => file.path === "index.html")?.contents ?? "");

/** The page of a body of Markdown, without the head and the style sheet. */
async function render(source: string, changes: Parameters<typeof makeInput>[1] = {}): Promise<string> {
  const page = pageOf(await renderHtml(makeInput(parseFixture(source), changes)));
  return page.slice(page.indexOf("<main"), page.indexOf("</main>"));
}

const codeOf = async (source: string, changes: Parameters<typeof makeInput>[1] = {}): Promise<string> =>
  `${await render(source, changes)}`.replace(/<[^>]*>/g, "");

describe("the page with every component", () => {
  let files: readonly RenderedFile[];
  let page: string;
  beforeAll(async () => {
    files = await renderHtml(everyComponent());
    page = pageOf(files);
  });

  test("has equal bytes each time", async () => {
    expect(pageOf(await renderHtml(everyComponent()))).toBe(page);
  });

  test("has a Content-Security-Policy with the hashes of its style sheet and script, and without `unsafe-inline`", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    const inside = (tag: string): string => new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? "";
    const hash = (text: string): string => createHash("sha256").update(text).digest("base64");
    expect(policy).toContain(`style-src 'sha256-${hash(inside("style"))}'`);
    expect(policy).toContain(`script-src 'sha256-${hash(inside("script"))}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  });

  test("has nothing that the policy refuses, and loads nothing", () => {
    const body = page.slice(page.indexOf("<body>"), page.lastIndexOf("<script>"));
    const tags = body.match(/<[a-z][^>]*>/gi) ?? [];
    expect(tags.length).toBeGreaterThan(200);
    for (const tag of tags) {
      expect(tag).not.toMatch(/\sstyle=|\son\w+=|^<(script|iframe|style|link|object|embed|base|form)\b/i);
      expect(tag).not.toMatch(/\ssrc="(?!data:image\/)/);
    }
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  test("has each id once, and links only to existing ids", () => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const links = [...page.matchAll(/\shref="#([^"]*)"/g)].map((match) => match[1]);
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
    const clips = [...page.matchAll(/url\(#([^)]*)\)/g)].map((match) => match[1]);
    expect(clips.length).toBeGreaterThan(0);
    expect(clips.filter((clip) => !ids.includes(clip))).toEqual([]);
  });

  test("links only files that are written next to it", () => {
    const paths = files.map((file) => file.path);
    const links = [...page.matchAll(/href="([^"#:]+)" download/g)].map((match) => match[1]);
    expect(links).toHaveLength(9);
    expect(links.filter((link) => !paths.includes(link ?? ""))).toEqual([]);
  });

  test("numbers figures, tables and sections, and names them in references", () => {
    expect(page).toContain('<a class="ref" href="#fig-heap">Figure\u00a01</a>');
    expect(page).toContain('<a class="ref" href="#tbl-lines">Table\u00a01</a>');
    expect(page).toContain('<a class="ref" href="#sec-gc">Section\u00a01</a>');
    expect(page).toContain("<b>Figure 3.</b> A blue and an orange square");
    expect(page).toMatch(/<h3 id="[^"]*"><span class="secno">1\.1<\/span> The heap over time/);
  });

  test("lists the notes in both tables of contents", () => {
    expect(page.match(/<span>The heap over time<\/span>/g)).toHaveLength(2);
    expect(page.match(/<a href="#notes">/g)).toHaveLength(2);
  });

  test("names no absolute path and no time of rendering", () => {
    expect(page).not.toContain(process.cwd());
    expect(page).not.toContain(
      new Date().toISOString().slice(0, 10) === "2026-11-22" ? "T00:" : String(Date.now()).slice(0, 6),
    );
  });
});

describe("cells", () => {
  const cell = (options: string, code = "run();"): string => `\`\`\`{ts}\n${options}\n${code}\n\`\`\`\n`;
  const printed = { cells: [makeCell("a", [showing([stdout("printed")])])] };

  test("echo: false shows the output alone, without a prompt", async () => {
    const page = await render(cell("//| label: a\n//| echo: false"), printed);
    expect(page).not.toContain("run");
    expect(page).not.toContain("Out [");
    expect(page).toContain("printed");
  });

  test("include: false shows nothing, and keeps the anchor of the cell", async () => {
    const page = await render(cell("//| label: a\n//| include: false"), printed);
    expect(page).not.toContain("printed");
    expect(page).toContain('<div class="at" id="cell-a"></div>');
  });

  test("output: false shows the code alone", async () => {
    const page = await codeOf(cell("//| label: a\n//| output: false"), printed);
    expect(page).toContain("run();");
    expect(page).not.toContain("printed");
  });

  test("a cell with hidden output still shows a failure", async () => {
    const failed = makeCell("a", [showing([stdout("printed")], {}, EXCEPTION)], { state: "failed" });
    for (const option of ["include: false", "output: false"]) {
      const page = await render(cell(`//| label: a\n//| ${option}`), { cells: [failed] });
      expect(page).toContain("RangeError: Invalid array length");
      expect(page).not.toContain("printed");
    }
  });

  test("the bar above the code lists flags, variants and trials", async () => {
    const options =
      "//| label: a\n//| matrix: { n: [1, 2] }\n//| probes: [peak]\n//| trials: 7\n//| flags: [--max-old-space-size=33]";
    const page = await render(cell(options));
    expect(page).toContain("<span>--max-old-space-size&#x3D;33</span><span>2 variants × 7 trials</span>");
  });

  test("variants with equal output are shown once, others under their names", async () => {
    const source = cell("//| label: a\n//| matrix: { n: [1, 2, 3] }");
    const same = [1, 2, 3].map((n) => showing([stdout("same")], { n }));
    const once = await render(source, { cells: [makeCell("a", same)] });
    expect(once.match(/same/g)).toHaveLength(1);
    expect(once).not.toContain("n = 1");
    const other = [...same.slice(0, 2), showing([stdout("other")], { n: 3 })];
    const grouped = await render(source, { cells: [makeCell("a", other)] });
    expect(grouped).toContain('<p class="variant">n\u00a0=\u00a01; n\u00a0=\u00a02</p>');
    expect(grouped).toContain('<p class="variant">n\u00a0=\u00a03</p>');
  });

  test("each variant keeps its own chart", async () => {
    const variants = ["x", "y"].map((v) => showing([stdout(v), CHART_OUTPUT], { v }));
    const charts = new Map([["fig-a", ["first", "second"].map((summary) => makeChart({ summary }))]]);
    const source = cell("//| label: fig-a\n//| matrix: { v: [x, y] }");
    const page = await render(source, { cells: [makeCell("fig-a", variants)], charts });
    expect(page.match(/<figure/g)).toHaveLength(1);
    expect(page.indexOf('aria-label="first"')).toBeGreaterThan(page.indexOf("v = x"));
    expect(page.indexOf('aria-label="second"')).toBeGreaterThan(page.indexOf('aria-label="first"'));
    expect(page).toContain("figures/fig-a-2.svg");
  });

  test("a chart that was not drawn is an internal error", async () => {
    const cells = [makeCell("a", [showing([CHART_OUTPUT])])];
    await expect(render(cell("//| label: a"), { cells })).rejects.toThrow("Chart 1 of cell a was not drawn.");
  });

  test("output: asis renders stdout as Markdown and evaluates no expressions", async () => {
    const cells = [makeCell("a", [showing([stdout("# Printed\n\n*text* {{metric}} @fig-none")])])];
    const page = await render(cell("//| label: a\n//| output: asis"), { cells });
    expect(page).toContain("<h1>Printed");
    expect(page).toContain("<em>text</em> {{metric}} @fig-none");
  });

  test("stdout is plain text: escaped, without ANSI codes, control characters as their pictures", async () => {
    const cells = [makeCell("a", [showing([stdout("\u001b[1;31m<b>red</b>\u001b[0m\u0007\n10%\r100%\n")])])];
    expect(await render(cell("//| label: a"), { cells })).toContain("<samp>&lt;b&gt;red&lt;/b&gt;␇\n100%</samp>");
  });

  test("a failure shows the line of code, the stack, and the last collections of V8", async () => {
    const source = cell("//| label: a", "const distances = new Array(-10_000);");
    const line = parseFixture(source).cells[0]?.sourceLine ?? 0;
    const failure = { ...EXCEPTION, frames: [{ functionName: "grow", file: "report.md", line, column: 19 }] };
    const thrown = await codeOf(source, { cells: [makeCell("a", [showing([], {}, failure)], { state: "failed" })] });
    const place = `report.md:${line}:19`;
    expect(thrown).toContain(
      `${place}  const distances = new Array(-10_000);\n${" ".repeat(place.length + 2 + 18)}^\nat grow (${place})`,
    );
    const full = await render(source, { cells: [makeCell("a", [showing([], {}, HEAP_LIMIT)], { state: "failed" })] });
    expect(full).toContain('<rect width="99.7%" height="100%"/>');
    expect(full).not.toContain("0x5f");
  });

  test("a failure in a module shows its line of code, unless the module no longer exists", async () => {
    const at = (file: string) => ({ ...EXCEPTION, frames: [{ functionName: "walk", file, line: 3, column: 10 }] });
    const source = cell("//| label: a");
    const read = async (file: string) =>
      codeOf(source, { cells: [makeCell("a", [showing([], {}, at(file))], { state: "failed" })] });
    expect(await read("walks.ts")).toContain("walks.ts:3:10  return new Array");
    expect(await read("gone.ts")).toContain("at walk (gone.ts:3:10)");
  });

  test("HTML that a cell displays is sanitized", async () => {
    const html = '<b onclick="x()" style="color:red">kept</b><script>gone()</script><a href="javascript:x()">link</a>';
    const cells = [makeCell("a", [showing([display({ "text/html": html, "text/plain": "poorer" })])])];
    const page = await render(cell("//| label: a"), { cells });
    expect(page).toContain("<b>kept</b><a>link</a>");
    expect(page).not.toContain("gone");
    expect(page).not.toContain("poorer");
  });
});

describe("prose", () => {
  test("keeps plain HTML, also across blocks", async () => {
    const page = await render("<details><summary>S</summary>\n\n*in*\n\n</details>\n\n<kbd>K</kbd>");
    expect(page).toContain("<details><summary>S</summary>");
    expect(page).toContain("<p><em>in</em></p>\n</details>");
    expect(page).toContain("<kbd>K</kbd>");
  });

  test("removes HTML that the policy refuses, and keeps the HTML of Heapbook around it", async () => {
    const page = await render(
      '<p style="x" onclick="y">text</p>\n\nNumber {{metric "a" "b"}}.\n\n```ts\nlet a = 1;\n```\n',
    );
    expect(page).toContain("<p>text</p>");
    expect(page).toContain('data-from="cell walks');
    expect(page).toContain('<span class="t-k">let');
  });

  test.each([
    ["![x](https://example.org/x.png)", "remote-image"],
    ["![x](nowhere.png)", "missing-image"],
    ["![x](walks.ts)", "unknown-image-type"],
    ['<img src="nowhere.png">', "missing-image"],
  ])("%s raises the error %s", async (source, code) => {
    const error = await render(`Text.\n\n${source}`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe(code);
    if (source.startsWith("!")) expect((error as UserError).position?.line).toBe(7);
  });

  test("escapes the title in the style sheet", async () => {
    const source = '---\ntitle: a"; } </style><script>alert(1)</script>\n---\n\ntext';
    const page = pageOf(await renderHtml(makeInput(parseFixture(source))));
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });
});

describe("a cell with the probe `lines`", () => {
  const source = "```{ts}\n//| label: walks\n//| probes: [peak]\n1;\n```\n";
  const lineProfiles = [makeProfile([makeLine(7, { allocatedBytes: 120, allocations: 3 })])];
  const traced = makeTrialSet("peak", [makeTrial({ lineProfiles, readings: [makeReading("peakLive", 64)] })]);

  test("shows its heaviest lines below its metrics and whatever it prints, unless it displays something", async () => {
    const silent = makeCell("walks", [makeVariant({}, [traced])]);
    const page = await render(source, { cells: [silent] });
    expect(page.indexOf("peak live memory")).toBeGreaterThan(0);
    expect(page.indexOf('class="data lines"')).toBeGreaterThan(page.indexOf("peak live memory"));
    expect(page).toContain("walks.ts:7");
    const speaking = makeCell("walks", [{ ...makeVariant({}, [traced]), outputs: [stdout("hello")] }]);
    expect(await render(source, { cells: [speaking] })).toContain('class="data lines"');
    const shown = { ...makeVariant({}, [traced]), outputs: [stdout("hello"), display({ "text/plain": "a value" })] };
    expect(await render(source, { cells: [makeCell("walks", [shown])] })).not.toContain('class="data lines"');
  });

  test.each([
    ["metrics-table", "peak live memory", 'class="data lines"'],
    ["lines-table", 'class="data lines"', "peak live memory"],
  ])("hides one of the tables by `%s: false`, in the cell or in the front matter", async (option, hidden, shown) => {
    const cells = { cells: [makeCell("walks", [makeVariant({}, [traced])])] };
    const ofAll = `---\ntitle: T\nexecute: { ${option}: false }\n---\n\n${source}`;
    for (const page of [
      await render(source.replace("1;", `//| ${option}: false\n1;`), cells),
      pageOf(await renderHtml(makeInput(parseFixture(ofAll), cells))),
    ]) {
      expect(page).not.toContain(hidden);
      expect(page).toContain(shown);
    }
  });

  test("shows a table for each variant and region, with their names", async () => {
    const regions = ["build", "query"].map((region) => makeProfile([makeLine(7, { allocatedBytes: 120 })], { region }));
    const sets = [makeTrialSet("peak", [makeTrial({ lineProfiles: regions })])];
    const page = await codeOf(source, { cells: [makeCell("walks", [makeVariant({ n: 1 }, sets)])] });
    expect(page).toContain("n\u00a0&#x3D;\u00a01, build: the line with the most allocated bytes");
    expect(page).toContain("n\u00a0&#x3D;\u00a01, query: the line with the most allocated bytes");
  });
});

test.each([
  "www.a.org/x",
  "[a.org](https://a.org/)",
  "[`https://a.org/x`](https://a.org/x)",
  "[https://a.org/ä](https://a.org/ä)",
  '<a href="https://a.org/x?a=1&amp;b=2">https://a.org/x?a=1&amp;b=2</a>',
  '<a class="own" href="https://a.org/"><b>a.org</b></a>',
  '<p><a href="mailto:ada@a.org">ada@a.org</a></p>',
  "ada@a.org",
])("a link whose text is its address is bare: %s", async (written) => {
  expect(await render(`${written}\n`)).toMatch(/<a [^>]*class="(?:own )?bare"/);
});

test.each(["[text](https://a.org)", '<a href="https://a.org/x">a.org/y</a>', "[a.org **x**](https://a.org)"])(
  "a link with another text is not bare: %s",
  async (written) => {
    expect(await render(`${written}\n`)).not.toMatch(/class="[^"]*bare/);
  },
);

test.each([
  ["[write](mailto:ada@a.org?subject=x)", "ada@a.org"],
  ["[**call**](tel:+4912345)", "+4912345"],
  ['<a href="mailto:ada@a.org">write</a>', "ada@a.org"],
  ["[Ada, ada@a.org](mailto:ada@a.org)", undefined],
  ["<ada@a.org>", undefined],
  ['<a href="mailto:ada@a.org?subject=x">ada@a.org</a>', undefined],
])("print adds the address of %s once and without its scheme", async (written, address) => {
  expect(/data-to="([^"]*)"/.exec(await render(`${written}\n`))?.[1]).toBe(address);
});

test("print adds no address to a link whose text is the address", async () => {
  const source = "<https://a.org/x> [https://a.org/y](https://a.org/y) [text](https://a.org/z)\n";
  const links = [...(await render(source)).matchAll(/<a href="https:\/\/a\.org[^>]*>/g)].map(([link]) => link);
  expect(links).toEqual([
    '<a href="https://a.org/x" class="bare">',
    '<a href="https://a.org/y" class="bare">',
    '<a href="https://a.org/z">',
  ]);
  const page = pageOf(await renderHtml(makeInput(parseFixture(source))));
  const rule = /a\[href\^=["']?http["']?\]:not\(([^{]*)\)::?after/.exec(page);
  expect(rule?.[1], "links that print leaves alone").toMatch(/^\.bare,/);
});
