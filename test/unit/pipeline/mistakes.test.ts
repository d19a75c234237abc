import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readReportText } from "../../../src/document/parse.ts";
import { collectMistakes } from "../../../src/pipeline/mistakes.ts";

async function mistakesOf(source: string): Promise<readonly string[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-mistakes-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "report.md");
  writeFileSync(path, source);
  const reading = readReportText({ source, file: "report.md", path, folder, slug: "r" });
  const cache = { get: () => undefined, set: () => {} };
  const { errors } = await collectMistakes(reading, { root: folder, storeRoot: folder }, cache, () => {});
  return errors.map(({ position, code }) => `${position?.line}: ${code}`);
}

test("a mistake in front matter hides none of the rest, and its keys without mistakes count", async () => {
  expect(
    await mistakesOf(`---
title: T
execute: { timeout: 5 }
csl: no-such-style
params: { n: 3 }
---

{{params.n}} @fig-none ![x](none.png)

\`\`\`{ts}
import { x } from "heapbok";
x();
\`\`\`

\`\`\`{vega-lite}
marc: bar
\`\`\`
`),
  ).toEqual([
    "3: invalid-front-matter",
    "4: bibliography-not-found",
    "8: unknown-reference",
    "8: missing-image",
    "11: unresolved-import",
    "16: invalid-chart",
  ]);
});

test("an expression with a mistake of syntax is one mistake", async () => {
  expect(await mistakesOf("---\ntitle: T\n---\n\n{{< video x >}}\n")).toEqual(["5: expression-syntax"]);
});

test("what follows from a mistake is no second one", async () => {
  expect(await mistakesOf("---\ntitle: T\nparams: [1]\n---\n\n{{params.n}}\n")).toEqual(["3: invalid-front-matter"]);
});

test("a mistake in the body hides no other, in its own cell neither", async () => {
  expect(
    await mistakesOf(`---
title: T
---

@fig-none {{metrc live of a}} $\\frac{1$

\`\`\`{ts}
//| label: a
//| probs: peak
import { x } from "heapbok";
x();
\`\`\`

\`\`\`{ts}
// | label: b
const = 3;
\`\`\`

[x](#none)
`),
  ).toEqual([
    "5: unknown-reference",
    "5: unknown-helper",
    "5: broken-formula",
    "9: unknown-option",
    "10: unresolved-import",
    "15: misplaced-option",
    "16: bundle-error",
    "19: dead-link",
  ]);
});

test("what may follow from a fence that is not understood is no second mistake", async () => {
  expect(await mistakesOf("---\ntitle: T\n---\n\n```{tss}\nconst = 3;\n```\n")).toEqual(["5: unknown-language"]);
});
