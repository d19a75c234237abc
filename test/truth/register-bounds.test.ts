import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { instrument } from "../../src/allocation/instrument/instrument.ts";
import { registerBounds } from "../../src/allocation/instrument/register-bounds.ts";
import { registersOf } from "../helpers/registers.ts";

const REGISTER_BYTES = 8;
const ROOT = join(import.meta.dirname, "../..");

/** Fixtures and files of packages with async or generator functions, not minified. */
const FILES = [
  "test/fixtures/allocation/awaits.js",
  "test/fixtures/allocation/inexact.js",
  "node_modules/vite/dist/node/cli.js",
  "node_modules/vite/dist/node/module-runner.js",
];

describe("bounds of the registers of async and generator functions", () => {
  it.each(FILES)("hold for V8's bytecode: %s", (file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    const sourceType = /^(?:import|export)\b/m.test(text) ? "module" : "commonjs";
    const before = registersOf(text, sourceType);
    for (const engine of ["tracker", "meter"] as const) {
      const { code } = instrument(text, { module: 0, fileName: "a.js", sourceType, firstCounter: 2, engine });
      const bounds = registerBounds(parseSync("a.js", code, { sourceType }).program);
      const after = registersOf(code, sourceType);
      expect(after).toHaveLength(before.length);
      const known = before.flatMap((registers, i) => (registers === undefined ? [] : [{ registers, i }]));
      expect(known.length).toBeGreaterThan(0);
      for (const { registers, i } of known) {
        const difference = REGISTER_BYTES * Math.abs((after[i] ?? Number.NaN) - registers);
        expect.soft(difference, `function ${i}, ${engine}`).toBeLessThanOrEqual(bounds[i] ?? Number.NaN);
      }
    }
  });
});
