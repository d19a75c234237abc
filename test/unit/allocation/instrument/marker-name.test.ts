import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markerName, parseMarkerName } from "../../../../src/allocation/instrument/marker-name.ts";

describe("the name of a marker", () => {
  it("is parsed to the content that it was made of", () => {
    const kind = fc.constantFrom("line", "thunk", "iterator", "counter");
    const place = fc.record({ kind, module: fc.nat(), line: fc.nat(), column: fc.nat() });
    fc.assert(
      fc.property(place, fc.nat(9), (each, serial) => {
        expect(parseMarkerName(markerName(each, serial))).toEqual(each);
      }),
    );
  });

  it.each(["", "f", "$hb", "$hb0x1_1", "$hb0m1", "$hbCall", "x$hb0m1_1"])("cannot be %j", (name) => {
    expect(parseMarkerName(name)).toBeUndefined();
  });
});
