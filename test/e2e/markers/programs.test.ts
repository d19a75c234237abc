import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { runInstrumented } from "../../helpers/instrumented-program.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "heapbook-programs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Large programs of other people, and what they are given to work on. */
const programs = [
  { program: "acorn", input: "node_modules/acorn/dist/acorn.mjs", leastMarkers: 3000 },
  { program: "magic-string", input: "src/chart/kinds/heap-timeline.ts", leastMarkers: 500 },
  { program: "markdown-it", input: "CHANGELOG.md", leastMarkers: 3000 },
  { program: "typescript", input: "src/pipeline/render-report.ts", leastMarkers: 100_000 },
];

describe.each(["tracker", "meter"] as const)("a large program with markers for the %s", (engine) => {
  it.each(programs)("prints the same as without: $program", async ({ program, input, leastMarkers }) => {
    const entry = join(root, "test/fixtures/allocation/programs", `${program}.mjs`);
    const { plain, instrumented, modules } = await runInstrumented(
      entry,
      join(folder, engine, program),
      { INPUT: join(root, input) },
      engine,
    );
    expect(plain.length).toBeGreaterThan(10_000);
    expect(instrumented === plain).toBe(true);
    const markers = [...modules.values()].map(({ code }) => code.match(/^function \$hb\d+m/gm)?.length ?? 0);
    expect(markers.reduce((sum, each) => sum + each)).toBeGreaterThan(leastMarkers);
  });
});
