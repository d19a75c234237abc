import chromium from "@sparticuz/chromium";
import { beforeAll, describe, expect, it } from "vitest";
import { pagesOfIds } from "../../src/browser/pdf-pages.ts";
import { printPdf } from "../../src/browser/print-pdf.ts";
import { renderPdf } from "../../src/render/pdf/report.ts";
import { display, makeCell, makeChart, makeInput, parseFixture, showing } from "../helpers/page.ts";

// The pages of a PDF are plain dictionaries; only what is drawn on them is compressed.

const columns = (count: number) => Array.from({ length: count }, (_, index) => `column_number_${index}`);
const wideTable = (count: number) =>
  display({
    "application/vnd.heapbook.table+json": {
      columns: columns(count),
      rows: [Object.fromEntries(columns(count).map((name, index) => [name, `value${index}`]))],
    },
  });

/** A drawing of a third of a page. */
const SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400"><rect width="600" height="400"/></svg>';

const SOURCE = `---
title: Printed
title-page: true
date: 2026-01-02
---

## First {#sec-first}

A [link](https://example.org/), and @sec-first.

\`\`\`{ts}
//| label: tbl-wide
wide();
\`\`\`

## Last
`;

describe("--to pdf", () => {
  it("repeats the head of a table on each of its pages", async () => {
    const rows = Array.from({ length: 150 }, (_, row) => `| ${row} | ${row * row} |`).join("\n");
    const input = makeInput(parseFixture(`| [n](https://example.org/head) | square |\n| --- | --- |\n${rows}\n`), {
      print: (html, options) => printPdf(html, { ...options, browser }),
    });
    const [file] = await renderPdf(input);
    const pdf = Buffer.from(file?.contents ?? "").toString("latin1");
    const pages = pdf.match(/\/Type \/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(3);
    // A page on which a link is drawn has annotations; the table may end before the last page.
    expect(pdf.match(/\/Annots\b/g)?.length).toBeGreaterThanOrEqual(pages.length - 1);
  });

  let browser: string;
  beforeAll(async () => {
    browser = await chromium.executablePath();
  }, 60_000);

  const print = async (columnCount: number): Promise<string> => {
    const cells = [makeCell("tbl-wide", [showing([wideTable(columnCount)])])];
    const input = makeInput(parseFixture(SOURCE), {
      cells,
      print: (html, options) => printPdf(html, { ...options, browser }),
    });
    const [file] = await renderPdf(input);
    return Buffer.from(file?.contents ?? "").toString("latin1");
  };
  const printLong = async (folds: string): Promise<string> => {
    const source = `---\ntitle: Long\nprint: { folds: ${folds} }\n---\n\n\`\`\`{ts}\n//| label: long\nlong();\n\`\`\`\n`;
    const text = Array.from({ length: 2000 }, (_, line) => `line ${line}\n`).join("");
    const cells = [makeCell("long", [showing([{ type: "stream", name: "stdout", text, cutBytes: 0 }])])];
    const input = makeInput(parseFixture(source), {
      cells,
      print: (html, options) => printPdf(html, { ...options, browser }),
    });
    const [file] = await renderPdf(input);
    return Buffer.from(file?.contents ?? "").toString("latin1");
  };
  const boxes = (pdf: string): string[] => [...pdf.matchAll(/\/MediaBox \[([^\]]*)\]/g)].map(([, box = ""]) => box);

  it("has contents with page numbers behind a title page, and none without one", async () => {
    const text = `${"Many words of a paragraph. ".repeat(200)}\n\n`;
    const body = `## First {#sec-first}\n\n${text.repeat(4)}### Größe\n\n${text.repeat(25)}## Last\n\n${text}`;
    const numbersOf = async (frontMatter: string): Promise<readonly (readonly [string, number])[]> => {
      const input = makeInput(parseFixture(`---\ntitle: T\n${frontMatter}---\n\n${body}`), {
        print: (html, options) => printPdf(html, { ...options, browser }),
      });
      const [file] = await renderPdf(input);
      return [...pagesOfIds(Buffer.from(file?.contents ?? ""))].filter(([id]) => id !== "main");
    };
    const numbers = await numbersOf("title-page: true\n");
    expect(numbers.map(([id]) => id)).toEqual(["sec-first", "größe", "last"]);
    const [first = 0, inner = 0, last = 0] = numbers.map(([, number]) => number);
    // The title page, and that of the contents. More than eight pages are a tree of two levels.
    expect(first).toBe(3);
    expect(inner).toBeGreaterThan(first);
    expect(last).toBeGreaterThan(inner + 8);
    expect((await numbersOf(""))[0]).toEqual(["sec-first", 1]);
  });

  it("tells the characters that no installed font has", async () => {
    // The fonts of the tests have Latin, Greek and Cyrillic; on a machine with more, a script that no font has yet.
    const source = "Größe → Ω ж, \u{11ee5}\u{11ee6} and `\u{11ee7}`; again \u{11ee5}. 1 ≤ 2\n\n$x^2$\n";
    const missing: string[] = [];
    const input = makeInput(parseFixture(source), {
      print: (html, options) => printPdf(html, { ...options, browser, onMissing: (found) => missing.push(...found) }),
    });
    await renderPdf(input);
    expect(missing).toEqual(["\u{11ee5}", "\u{11ee6}", "\u{11ee7}"]);
  });

  it("parts figures that follow each other, and keeps the paragraph before them where it stands", async () => {
    const figure = (label: string) =>
      `\`\`\`{ts}\n//| label: ${label}\n//| echo: false\n//| fig-cap: C.\nf();\n\`\`\`\n`;
    const labels = ["fig-a", "fig-b", "fig-c", "fig-d"];
    const source = `## Start\n\n${"Text.\n\n".repeat(8)}## Results\n\nText.\n\n${labels.map(figure).join("\n")}`;
    const chart = display({ "application/vnd.vegalite.v5+json": { mark: "bar" } });
    const input = makeInput(parseFixture(source), {
      cells: labels.map((label) => makeCell(label, [showing([chart])])),
      charts: new Map(labels.map((label) => [label, [makeChart({ wide: SQUARE, narrow: null })]])),
      print: (html, options) => printPdf(html, { ...options, browser }),
    });
    const [file] = await renderPdf(input);
    const pdf = Buffer.from(file?.contents ?? "").toString("latin1");
    const pageOf = (anchor: string): string | undefined => new RegExp(`/${anchor} \\[(\\d+) 0 R`).exec(pdf)?.[1];
    expect(boxes(pdf).length).toBeGreaterThan(1);
    expect(pageOf("start")).toBeDefined();
    expect(pageOf("results")).toBe(pageOf("start"));
  }, 60_000);

  it("has pages, outline, tags and links, and is the same at the second time", async () => {
    const pdf = await print(3);
    expect(pdf.startsWith("%PDF-")).toBe(true);
    expect(boxes(pdf).every((box) => /594\.\d+ 841\.\d+/.test(box))).toBe(true);
    expect(boxes(pdf).length).toBeGreaterThan(1);
    for (const part of ["/Outlines", "/StructTreeRoot", "(https://example.org/)", "/Dests"])
      expect(pdf).toContain(part);
    expect(pdf).toContain("/CreationDate (D:2026");
    expect(pdf).not.toContain("file:///");
    expect(await print(3)).toBe(pdf);
  }, 120_000);

  it("turns the page of a wide table, and breaks a wider one into parts", async () => {
    const landscape = (pdf: string): number => boxes(pdf).filter((box) => /841\.\d+ 594\.\d+/.test(box)).length;
    expect(landscape(await print(11))).toBe(1);
    const broken = await print(60);
    expect(landscape(broken)).toBeGreaterThan(0);
    expect(boxes(broken).length).toBeLessThan(10);
  }, 120_000);

  it("has the first lines of a long output, and all of them with `folds: open`", async () => {
    expect(boxes(await printLong("closed")).length).toBeLessThan(6);
    expect(boxes(await printLong("open")).length).toBeGreaterThan(20);
  });
});
