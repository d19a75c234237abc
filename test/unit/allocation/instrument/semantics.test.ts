import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MarkedProgram, runMarked } from "../../../helpers/instrumented-program.ts";

const entry = fileURLToPath(new URL("../../../fixtures/allocation/semantics/main.ts", import.meta.url));
const parts = ["asynchronous", "classes", "errors", "functions", "iteration", "modules", "order", "typescript"];

/** What each part of the corpus logged: a name, and a value as JSON. */
type Logged = Readonly<Record<string, readonly (readonly [string, string])[]>>;

describe.each(["tracker", "meter"] as const)("a program with markers for the %s", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-marked-"));
  let program: MarkedProgram;
  let plain: Logged = {};
  let marked: Logged = {};
  beforeAll(async () => {
    program = await runMarked(entry, folder, {}, engine);
    plain = JSON.parse(program.plain);
    marked = JSON.parse(program.marked);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(parts)("logs the same as without markers: %s", (part) => {
    expect(plain[part]?.length).toBeGreaterThan(4);
    expect(marked[part]).toEqual(plain[part]);
  });

  it("has markers in every part", () => {
    const markers = [...program.modules.values()].map(({ code }) => code.match(/^function \$hb\d+m/gm)?.length ?? 0);
    expect(markers.reduce((sum, each) => sum + each)).toBeGreaterThan(600);
  });
});
