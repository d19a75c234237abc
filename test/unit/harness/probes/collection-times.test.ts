import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinTimes, type TimedEntry } from "../../../../src/harness/probes/collection-times.ts";
import type { CollectionKind } from "../../../../src/model/collections.ts";

const KINDS = ["scavenge", "mark-compact", "incremental-marking", "weak-callbacks"] as const;
const WINDOW = { startMs: 100, endMs: 200 };

const kind = fc.constantFrom<CollectionKind>(...KINDS);
/** Collections of a region with the moment each began, in order. */
const events = fc
  .array(fc.record({ kind, startMs: fc.double({ min: 100, max: 200, noNaN: true }) }), { maxLength: 12 })
  .map((list) => list.sort((a, b) => a.startMs - b.startMs));
/** Entries of before and after the region. */
const outside = fc.array(
  fc.record({
    kind,
    startMs: fc.oneof(fc.double({ min: 0, max: 99, noNaN: true }), fc.double({ min: 201, max: 300, noNaN: true })),
  }),
  { maxLength: 6 },
);

const kindsOf = (list: readonly TimedEntry[]): CollectionKind[] => list.map((event) => event.kind);

describe("the times of a region's collections", () => {
  it("are those of the entries, since the start of the region, whatever else was in the process", () => {
    fc.assert(
      fc.property(events, outside, fc.infiniteStream(fc.boolean()), (inside, others, coins) => {
        const entries = [...inside, ...others].sort(() => (coins.next().value ? 1 : -1)); // in any order
        const shuffled = entries
          .filter(({ startMs }) => startMs > 200)
          .concat(entries.filter(({ startMs }) => startMs <= 200));
        const moments = new Set(inside.map(({ startMs }) => startMs));
        fc.pre(moments.size === inside.length);
        expect(joinTimes(kindsOf(inside), shuffled, WINDOW)).toEqual(inside.map(({ startMs }) => startMs - 100));
      }),
    );
  });

  it("are all unknown where an entry was lost, one came too many, or one is of another kind", () => {
    fc.assert(
      fc.property(events, fc.nat(), kind, fc.constantFrom("lose", "add", "change"), (inside, at, other, harm) => {
        fc.pre(inside.length > 0);
        const index = at % inside.length;
        const harmed = [...inside];
        const found = inside[index];
        if (found === undefined) return;
        if (harm === "lose") harmed.splice(index, 1);
        else if (harm === "add") harmed.push({ kind: other, startMs: 150 });
        else {
          fc.pre(other !== found.kind);
          fc.pre(new Set(inside.map(({ startMs }) => startMs)).size === inside.length);
          harmed[index] = { kind: other, startMs: found.startMs };
        }
        expect(joinTimes(kindsOf(inside), harmed, WINDOW)).toEqual(inside.map(() => null));
      }),
    );
  });

  it("never go back, and never leave the region", () => {
    fc.assert(
      fc.property(
        fc.array(kind, { maxLength: 6 }),
        fc.array(fc.record({ kind, startMs: fc.double({ min: -1e3, max: 1e3, noNaN: true }) })),
        (kinds, entries) => {
          const times = joinTimes(kinds, entries, WINDOW);
          expect(times).toHaveLength(kinds.length);
          const known = times.filter((time) => time !== null);
          expect([0, kinds.length]).toContain(known.length);
          expect(known).toEqual([...known].sort((a, b) => a - b));
          for (const time of known) expect(time >= 0 && time <= 100).toBe(true);
        },
      ),
    );
  });
});
