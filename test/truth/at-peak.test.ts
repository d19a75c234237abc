import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { listRuntimes } from "../../src/runtimes/find-runtime.ts";
import { lineWith, profileOf, tracePeakOf } from "../helpers/traced-runner.ts";

// Of x64 without pointer compression: an object with two properties in it, an array of so many elements.
const POINT_BYTES = 24 + 16;
const POINTS = 20_000;
const BUFFER_BYTES = 1_500_000;

const SPIKE = `import { measure } from "heapbook";
class Point { constructor(x, y) { this.x = x; this.y = y; } }
function spike() {
  const points = new Array(${POINTS});
  for (let i = 0; i < ${POINTS}; i++) points[i] = new Point(i, i); // [points]
  const bytes = new Uint8Array(${BUFFER_BYTES}); // [bytes]
  return points.length + bytes.length;
}
measure(() => {
  const before = new Array(50_000).fill(1); // [before]
  spike();
  return new Array(1000).fill(before.length); // [after]
}, { name: "outer" });`;

/** Sum of live bytes over all lines and what belongs to none. */
const totalOf = ({ lines, elsewhere }: ReturnType<typeof profileOf>): number =>
  lines.reduce((sum, { liveBytes }) => sum + liveBytes, elsewhere.liveBytes);

describe("what is alive at the peak", () => {
  it("has the bytes of each line and type at that moment, ArrayBuffers too, though they are dead at the end", async () => {
    const profile = profileOf(await tracePeakOf(SPIKE), "outer");
    expect(lineWith(profile, "[points]")).toMatchObject({ liveBytes: POINTS * POINT_BYTES, liveObjects: POINTS });
    expect(lineWith(profile, "[before]").liveBytes).toBeGreaterThanOrEqual(50_000 * 8);
    // The array's object and its buffer's: some hundred bytes.
    expect(lineWith(profile, "[bytes]").liveBytes - BUFFER_BYTES).toBeGreaterThan(0);
    expect(lineWith(profile, "[bytes]").liveBytes - BUFFER_BYTES).toBeLessThan(300);
    expect(lineWith(profile, "[after]").liveBytes).toBe(0);
    expect(profile.types).toContainEqual({ type: "Point", liveBytes: POINTS * POINT_BYTES, liveObjects: POINTS });
    expect(profile.types).toContainEqual({ type: "ArrayBuffer data", liveBytes: BUFFER_BYTES, liveObjects: 1 });
    const known = POINTS * POINT_BYTES + POINTS * 8 + 50_000 * 8 + BUFFER_BYTES;

    expect(Math.abs(totalOf(profile) - known)).toBeLessThan(0.01 * known);
  });

  it("has a string outside of V8's heap: of its line where the tracker sees it, else among what belongs to no line", async () => {
    const profile = profileOf(
      await tracePeakOf(`import { measure } from "heapbook";
const buffer = Buffer.alloc(2_000_000, 97);
measure(() => buffer.toString("latin1").length); // [text]`),
    );
    expect(totalOf(profile)).toBeGreaterThan(1_990_000);
    expect(totalOf(profile)).toBeLessThan(2_100_000);
    const major = Number(process.versions.node.split(".")[0]);
    const { liveBytes } = major < 24 ? profile.elsewhere : lineWith(profile, "[text]");
    expect(liveBytes).toBeGreaterThan(1_990_000);
  });

  it("is known where the region prints, which lets Node load code that the tracker has loaded before", async () => {
    const profile = profileOf(
      await tracePeakOf(`import { measure } from "heapbook";
measure(() => { console.log("x"); return new Array(50_000).fill(1); }); // [printed]`),
    );
    expect(lineWith(profile, "[printed]").liveBytes).toBeGreaterThan(400_000);
  });

  it("is known for each of several regions, one within the other", async () => {
    const trial = await tracePeakOf(`import { measure } from "heapbook";
measure(() => {
  const kept = new Array(60_000).fill(1); // [kept]
  measure(() => { new Array(100_000).fill(2).length; return 3; }, { name: "inner" }); // [dropped]
  return kept;
}, { name: "outer" });
measure(() => new Array(30_000).fill(4), { name: "last" }); // [last]`);
    const [inner, outer, last] = ["inner", "outer", "last"].map((name) => profileOf(trial, name));
    const arrays = (count: number): [number, number] => [8 * count, 8 * count + 1000];
    const expectIn = (bytes: number | undefined, [low, high]: [number, number]): void => {
      expect(bytes).toBeGreaterThan(low);
      expect(bytes).toBeLessThan(high);
    };
    expectIn(inner && lineWith(inner, "[dropped]").liveBytes, arrays(100_000));
    expect(inner && lineWith(inner, "[kept]").liveBytes).toBe(0);
    expectIn(outer && lineWith(outer, "[dropped]").liveBytes, arrays(100_000));
    expectIn(outer && lineWith(outer, "[kept]").liveBytes, arrays(60_000));
    expectIn(last && lineWith(last, "[last]").liveBytes, arrays(30_000));
  });
});

const installed = listRuntimes(fileURLToPath(new URL("../../.heapbook/runtimes", import.meta.url)));
const OTHERS = ["22", "24", "26"].map((major) => {
  const found = installed.find(({ version }) => version.startsWith(`${major}.`));
  return { name: `Node ${major}`, path: found?.path };
});

describe("the same under other versions of Node", () => {
  it.for(OTHERS)("$name", async ({ path }, context) => {
    if (path === undefined) return context.skip("it is not installed in this checkout");
    const profile = profileOf(await tracePeakOf(SPIKE, { node: path }), "outer");
    expect(lineWith(profile, "[points]").liveObjects).toBe(POINTS);
    expect(profile.types).toContainEqual({ type: "ArrayBuffer data", liveBytes: BUFFER_BYTES, liveObjects: 1 });
  });
});
