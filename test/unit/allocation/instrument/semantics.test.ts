import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProgramOutputs, runInstrumented } from "../../../helpers/instrumented-program.ts";

const entry = fileURLToPath(new URL("../../../fixtures/allocation/semantics/main.ts", import.meta.url));
const parts = ["asynchronous", "classes", "errors", "functions", "iteration", "modules", "order", "typescript"];

/** What each part of the corpus logged: a name, and a value as JSON. */
type Logged = Readonly<Record<string, readonly (readonly [string, string])[]>>;

describe.each(["tracker", "meter"] as const)("a program with markers for the %s", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-instrumented-"));
  let program: ProgramOutputs;
  let plain: Logged = {};
  let instrumented: Logged = {};
  beforeAll(async () => {
    program = await runInstrumented(entry, folder, {}, engine);
    plain = JSON.parse(program.plain);
    instrumented = JSON.parse(program.instrumented);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(parts)("logs the same as without markers: %s", (part) => {
    expect(plain[part]?.length).toBeGreaterThan(4);
    expect(instrumented[part]).toEqual(plain[part]);
  });

  it("has markers in every part", () => {
    const markers = [...program.modules.values()].map(({ code }) => code.match(/^function \$hb\d+m/gm)?.length ?? 0);
    expect(markers.reduce((sum, each) => sum + each)).toBeGreaterThan(600);
  });
});
