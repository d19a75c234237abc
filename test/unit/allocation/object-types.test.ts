import { describe, expect, it } from "vitest";
import { type TypedSum, typesBetween } from "../../../src/allocation/object-types.ts";
import type { TraceSnapshot } from "../../../src/allocation/trace-snapshot.ts";

const at = (names: readonly string[], sums: readonly TypedSum[]): TraceSnapshot =>
  ({ types: { names, sums } }) as TraceSnapshot;

const NO_INTERNALS = { liveBytes: 0, liveObjects: 0 };

describe("live objects by type", () => {
  it("are those of one moment less those of another, the largest first, whatever number a type has in each", () => {
    const from = at(["Array", "Point"], [{ traceNode: 2, type: 1, bytes: 100, objects: 4 }]);
    const to = at(
      ["Point", "Array"],
      [
        { traceNode: 2, type: 0, bytes: 400, objects: 16 },
        { traceNode: 3, type: 0, bytes: 50, objects: 2 },
        { traceNode: 2, type: 1, bytes: 1000, objects: 1 },
      ],
    );
    expect(typesBetween(from, to, NO_INTERNALS, () => true)).toEqual([
      { type: "Array", liveBytes: 1000, liveObjects: 1 },
      { type: "Point", liveBytes: 350, liveObjects: 14 },
    ]);
  });

  it("are without those of the harness, and types of less than a thousandth of all bytes are one", () => {
    const sums = [
      { traceNode: 2, type: 0, bytes: 100_000, objects: 10 },
      { traceNode: 2, type: 1, bytes: 60, objects: 2 },
      { traceNode: 2, type: 2, bytes: 40, objects: 1 },
      { traceNode: 9, type: 0, bytes: 5000, objects: 1 },
    ];
    expect(typesBetween(at([], []), at(["Big", "Small", "Less"], sums), NO_INTERNALS, (node) => node !== 9)).toEqual([
      { type: "Big", liveBytes: 100_000, liveObjects: 10 },
      { type: "(other)", liveBytes: 100, liveObjects: 3 },
    ]);
  });

  it("have what V8 made for itself as a type of its own", () => {
    const to = at(["Point"], [{ traceNode: 2, type: 0, bytes: 400, objects: 16 }]);
    expect(typesBetween(at([], []), to, { liveBytes: 500, liveObjects: 3 }, () => true)).toEqual([
      { type: "(V8's own)", liveBytes: 500, liveObjects: 3 },
      { type: "Point", liveBytes: 400, liveObjects: 16 },
    ]);
  });
});
