import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const REPORT = `---
title: Trace
---

\`\`\`{js}
import { tracemalloc } from "heapbook";
console.log("tracing", tracemalloc.isTracing());
const before = [new Array(3000)];
tracemalloc.start();
const kept = new Array(1000);
const other = new Array(500);
const { Filter } = tracemalloc;
const snapshot = tracemalloc.takeSnapshot();
const [first, second] = snapshot.statistics("lineno");
console.log(String(first));
console.log(String(second));
console.log("one line", String(snapshot.filterTraces([new Filter(true, "*.md", 10)]).statistics("lineno")));
console.log("others", snapshot.filterTraces([new Filter(false, "report.*")]).statistics("lineno").length);
kept.length = 0;
tracemalloc.stop();
console.log("tracing", tracemalloc.isTracing());
try { tracemalloc.takeSnapshot(); } catch (error) { console.log(error.message); }
console.log(before.length, kept.length, other.length);
\`\`\`
`;

it("tracemalloc traces from start() to stop() in the process whose output is shown, and filters by file and line", async () => {
  const workspace = createWorkspace({ "reports/study/report.md": REPORT });
  const run = await runCli(["render", "study", "--to", "md"], { cwd: workspace.folder });
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  const page = workspace.read("_site/study/report.md");
  const lines = page.slice(page.indexOf("tracing ")).split("\n");
  // 32 bytes of the array, 16 before its elements, 8 for each.
  const text = lines.join("\n");
  expect(text).toMatch(/report\.md:10: size=8048 B, count=2, average=4024 B/);
  expect(text).toMatch(/report\.md:11: size=4048 B, count=2, average=2024 B/);
  expect(text).toMatch(/one line report\.md:10: size=8048 B/);
  expect(text).toMatch(/^others 0$/m);
  expect(text).not.toMatch(/report\.md:8:/);
  expect(text).toMatch(
    /^tracing false\nthe tracemalloc module must be tracing memory allocations to take a snapshot$/m,
  );
});
