import { describe, expect, it } from "vitest";
import { readModule } from "../../helpers/flagship.ts";
import { runPython, SYSTEM } from "../../helpers/python-runner.ts";
import { stdoutOf } from "../../helpers/trial-runner.ts";

/** Runs code in a fresh Python beside the library, seeded, and reads the JSON that its last expression makes. */
async function ask<T>(expression: string, before = ""): Promise<T> {
  const code = `import json, random\nimport base_library as lib\nrandom.seed(42)\n${before}\nprint(json.dumps(${expression}))`;
  const trial = await runPython(SYSTEM, code, { files: { "base_library.py": readModule("base_library.py") } });
  expect(trial.failure).toBeNull();
  return JSON.parse(stdoutOf(trial));
}

/** As json.dumps writes them: the keys are texts. */
type Results = Readonly<Record<string, readonly (readonly [walk: readonly string[] | null, distance: number])[]>>;

const distancesOf = (results: Results): number[] => Object.values(results).flatMap((each) => each.map(([, d]) => d));

describe.skipIf(SYSTEM === undefined)("a walk in Python", () => {
  it("has as many directions as blocks", async () => {
    const lengths = [0, 1, 2, 20, 1000];
    const walks = await ask<string[][]>(`[list(lib.generate_walk(n)) for n in ${JSON.stringify(lengths)}]`);
    expect(walks.map((walk) => walk.length)).toEqual(lengths);
    for (const direction of walks.flat()) expect("NESW").toContain(direction);
  });

  it("goes each way as often, within four standard errors", async () => {
    const walk = await ask<string[]>("list(lib.generate_walk(40_000))");
    const standardError = Math.sqrt(40_000 * 0.25 * 0.75);
    for (const direction of ["N", "E", "S", "W"]) {
      const times = walk.filter((each) => each === direction).length;
      expect(Math.abs(times - 10_000)).toBeLessThan(4 * standardError);
    }
  });

  it("ends where its directions lead", async () => {
    expect(await ask('[lib.decode_walk([]), lib.decode_walk(["N", "N", "E", "S", "W", "W"])]')).toEqual([
      [0, 0],
      [-1, 1],
    ]);
    expect(await ask("[lib.distance_of((-3, 4)), lib.distance_of((0, 0))]")).toEqual([7, 0]);
  });

  it("has the mean square displacement of its blocks, within four standard errors", async () => {
    const repetitions = 4000;
    const means = await ask<Record<string, number>>(
      `{n: sum(e * e + s * s for e, s in (lib.decode_walk(lib.generate_walk(n)) for _ in range(${repetitions}))) / ${repetitions} for n in (1, 10, 100)}`,
    );
    expect(Object.keys(means)).toEqual(["1", "10", "100"]);
    for (const [key, mean] of Object.entries(means)) {
      const blocks = Number(key);
      // In the plane, the fourth moment is 2n² − n, hence a variance of n² − n.
      const standardError = Math.sqrt((blocks ** 2 - blocks) / repetitions);
      expect(Math.abs(mean - blocks), `${blocks} blocks`).toBeLessThanOrEqual(4 * standardError);
    }
  });
});

describe.skipIf(SYSTEM === undefined)("an analysis in Python", () => {
  it("saves each walk with its distance, of the parity of its blocks and never farther than them", async () => {
    const results = await ask<Results>("lib.monte_carlo_walk_analysis(20, 50)");
    expect(Object.keys(results).map(Number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const [key, saved] of Object.entries(results)) {
      const blocks = Number(key);
      expect(saved).toHaveLength(50);
      for (const [walk, distance] of saved) {
        expect(walk).toHaveLength(blocks);
        const count = (direction: string): number => walk?.filter((each) => each === direction).length ?? 0;
        expect(distance).toBe(Math.abs(count("E") - count("W")) + Math.abs(count("N") - count("S")));
        expect(distance).toBeLessThanOrEqual(blocks);
        expect(distance % 2).toBe(blocks % 2);
      }
    }
  });

  it("of the same seed has the same distances when it drops the walks, and others of another seed", async () => {
    const [saved, dropped, other] = await ask<[Results, Results, Results]>(
      "runs",
      [
        "runs = []",
        "for seed, run in ((1, lib.monte_carlo_walk_analysis), (1, lib.monte_carlo_walk), (2, lib.monte_carlo_walk)):",
        "    random.seed(seed)",
        "    runs.append(run(8, 30))",
      ].join("\n"),
    );
    expect(distancesOf(saved)).toHaveLength(8 * 30);
    expect(Object.values(dropped).every((each) => each.every(([walk]) => walk === null))).toBe(true);
    expect(distancesOf(dropped)).toEqual(distancesOf(saved));
    expect(distancesOf(other)).not.toEqual(distancesOf(saved));
  });

  it.each(["0", "-1", "1.5", "'ten'", "None"])("of %s blocks or repetitions is refused", async (count) => {
    const refusals = await ask<string[]>(
      "refusals",
      [
        "refusals = []",
        "for run in (lib.monte_carlo_walk_analysis, lib.monte_carlo_walk):",
        `    for counts in ((${count}, 10), (10, ${count})):`,
        "        try:",
        "            run(*counts)",
        "        except ValueError as error:",
        "            refusals.append(str(error))",
      ].join("\n"),
    );
    const shown = count.replaceAll("'", "");
    const [blocks, repetitions] = ["max_blocks", "repetitions"].map(
      (name) => `${name} must be a whole number from 1, not ${shown}`,
    );
    expect(refusals).toEqual([blocks, repetitions, blocks, repetitions]);
  });
});
