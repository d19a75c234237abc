import { describe, expect, test } from "vitest";
import type { Notebook } from "../../../../src/model/notebook.ts";
import { createIds } from "../../../../src/render/notebook/nbformat.ts";
import { renderNotebook } from "../../../../src/render/notebook/report.ts";
import { expectValidNotebook } from "../../../helpers/notebook.ts";
import { display, everyComponent, makeCell, makeInput, parseFixture, showing, stdout } from "../../../helpers/page.ts";

async function render(source: string, changes: Parameters<typeof makeInput>[1] = {}): Promise<Notebook> {
  const [file] = await renderNotebook(makeInput(parseFixture(source), changes));
  const text = String(file?.contents);
  expectValidNotebook(text);
  return JSON.parse(text);
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join("") : String(value));
const sources = ({ cells }: Notebook): string[] => cells.slice(1, -1).map(({ source }) => textOf(source));

/** MIME types of the outputs of a cell, and their plain texts. */
function outputsOf({ cells }: Notebook, id: string): unknown[] {
  const cell = cells.find((each) => each.id === id);
  const outputs = cell?.cell_type === "code" ? cell.outputs : [];
  return outputs.map((output) =>
    "data" in output ? [Object.keys(output.data), textOf(output.data["text/plain"])] : output.output_type,
  );
}

test("a report with every component is valid, and the same bytes at the second time", async () => {
  const first = await renderNotebook(everyComponent());
  expectValidNotebook(String(first[0]?.contents));
  expect(await renderNotebook(everyComponent())).toEqual(first);
});

test("labels with other letters than nbformat allows have ids", async () => {
  const { cells } = await render("Text.\n\n```{ts}\n//| label: größe\n1;\n```\n");
  expect(cells.map(({ id }) => id)).toEqual(["heapbook-title", "text-groe-1", "groe-1", "heapbook-provenance"]);
});

test("a chart has its specification, its drawing and a sentence; the caption follows", async () => {
  const { cells } = JSON.parse(String((await renderNotebook(everyComponent()))[0]?.contents)) as Notebook;
  const bundles = cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));
  const charts = bundles.flatMap((output) =>
    "data" in output && "application/vnd.vegalite.v5+json" in output.data ? [output.data] : [],
  );
  expect(charts.length).toBeGreaterThan(0);
  for (const chart of charts) {
    expect(Object.keys(chart).sort()).toEqual(["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"]);
    expect(chart["application/vnd.vegalite.v5+json"]).toMatchObject({
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    });
    expect(textOf(chart["image/svg+xml"])).toMatch(/^<svg/);
  }
});

describe("cells", () => {
  const cells = [makeCell("a", [showing([stdout("printed\n")])])];
  const code = "//| label: a\nrun();";

  test("prose and cells in their order, ids from labels", async () => {
    const notebook = await render(`Before.\n\n\`\`\`{ts}\n${code}\n\`\`\`\n\nAfter.`, { cells });
    expect(notebook.cells.map(({ id }) => id)).toEqual([
      "heapbook-title",
      "text-a",
      "a",
      "heapbook-text-end",
      "heapbook-provenance",
    ]);
    expect(sources(notebook)).toEqual(["Before.", code, "After."]);
    expect(outputsOf(notebook, "a")).toEqual(["stream"]);
    expect(notebook.metadata).toMatchObject({ kernelspec: { name: "deno" }, language_info: { name: "typescript" } });
  });

  test("leave lists and quotes, whose rest goes on after them", async () => {
    const inList = await render(`1. x\n\n   \`\`\`{ts}\n   //| label: a\n   run();\n   \`\`\`\n\n   more\n\n2. y`, {
      cells,
    });
    expect(sources(inList)).toEqual(["1. x", code, "more\n\n2. y"]);
    const inQuote = await render(`> x\n>\n> \`\`\`{ts}\n> //| label: a\n> run();\n> \`\`\`\n>\n> more`, { cells });
    expect(sources(inQuote)).toEqual(["> x", code, "> more"]);
  });

  test("hidden and folded code has the flags and tags of Jupyter", async () => {
    const of = async (option: string) => {
      const notebook = await render(`\`\`\`{ts}\n//| label: a\n//| ${option}\nrun();\n\`\`\``, { cells });
      const { jupyter, tags } = (notebook.cells[1]?.metadata ?? {}) as { jupyter?: unknown; tags?: unknown };
      return { jupyter, tags };
    };
    const jupyter = { source_hidden: true };
    expect(await of("echo: false")).toEqual({ jupyter, tags: ["remove-input"] });
    expect(await of("include: false")).toEqual({ jupyter, tags: ["remove-cell"] });
    expect(await of("code-fold: true")).toEqual({ jupyter, tags: ["hide-input"] });
    expect(await of("error: true")).toEqual({ jupyter: undefined, tags: ["raises-exception"] });
  });

  test("a cell of another language than the kernel's names it for the editor", async () => {
    const notebook = await render("```{python}\n#| label: a\nx = 1\n```\n\n```{js}\n//| label: b\ny()\n```");
    expect(notebook.metadata).toMatchObject({ kernelspec: { name: "python3" } });
    expect(notebook.cells.map(({ metadata }) => (metadata as { vscode?: unknown }).vscode)).toContainEqual({
      languageId: "javascript",
    });
  });

  test("tables are HTML and text, HTML is sanitised, JSON is text", async () => {
    const shown = [
      display({ "application/vnd.heapbook.table+json": { rows: [{ a: 1 }], columns: ["a"] } }),
      display({ "text/html": "<b onclick='x()'>bold</b>" }),
      display({ "text/plain": "plain" }),
    ];
    const notebook = await render(`\`\`\`{ts}\n${code}\n\`\`\``, { cells: [makeCell("a", [showing(shown)])] });
    expect(outputsOf(notebook, "a")).toEqual([
      [["text/html", "text/plain"], "| a |\n| ---: |\n| 1 |"],
      [["text/html", "text/plain"], "bold"],
      [["text/plain"], "plain"],
    ]);
    expect(JSON.stringify(notebook)).not.toContain("onclick");
  });
});

test("labels that nbformat does not allow as ids are shortened, and stay unique", () => {
  const long = "fig-".padEnd(80, "x");
  const stem = "fig-".padEnd(58, "x");
  expect([...createIds([long, `${long}y`, "fig-größe", "walks"]).values()]).toEqual([
    `${stem}-1`,
    `${stem}-2`,
    "fig-groe-1",
    "walks",
  ]);
});

test("images of the prose are attachments, remote ones an error", async () => {
  const notebook = await render("![A dot](square.svg)");
  const cell = notebook.cells[1];
  expect(textOf(cell?.source)).toBe("![A dot](attachment:1-square.svg)");
  expect(cell).toMatchObject({ attachments: { "1-square.svg": { "image/svg+xml": expect.stringContaining("<svg") } } });
  await expect(render("![x](https://example.org/x.png)")).rejects.toMatchObject({ code: "remote-image" });
});

test("alerts have their name in bold; in code they stay", async () => {
  const notebook = await render("> [!NOTE]\n> Text.\n\n```\n> [!NOTE]\n```");
  expect(sources(notebook)).toEqual(["> **Note.**\n>\n> Text.\n\n```\n> [!NOTE]\n```"]);
});
