import { describe, expect, it } from "vitest";
import { semiSpaceLimit } from "../../../src/runtimes/semi-space-limit.ts";

const MIB = 2 ** 20;

describe("semiSpaceLimit", () => {
  // Heap limits as Node 20, 24 and 26 report them under these flags.
  it.each([
    [["--max-old-space-size=100"], 148, 16],
    [["--max-old-space-size=100"], 292, 64],
    [["--max-old-space-size=100", "--max-semi-space-size=5"], 124, 8],
    [["--max-old-space-size=50", "--max_old_space_size=100"], 112, 4],
    [["--max-semi-space-size=64"], 4288, 64],
    [["--max-semi-space-size=100"], 4480, 128],
    [["--max-semi-space-size=64", "--max_semi_space_size=1"], 4099, 1],
    [[], 4144, 32],
    [["--expose-gc", "--single-threaded"], 4144, 32],
  ])("under %j with a heap limit of %d MiB is %d MiB", (flags, limitMib, semiMib) => {
    expect(semiSpaceLimit(flags, limitMib * MIB, 32 * MIB)).toBe(semiMib * MIB);
  });

  it.each([[["--max-heap-size=120"]], [["--optimize-for-size"]], [["--lite_mode"]]])(
    "is not known under %j",
    (flags) => {
      expect(semiSpaceLimit(flags, 120 * MIB, 32 * MIB)).toBeNull();
    },
  );

  it("is not known where the runtime was not asked, nor where the heap limit leaves nothing", () => {
    expect(semiSpaceLimit([], 4144 * MIB, null)).toBeNull();
    expect(semiSpaceLimit(["--max-old-space-size=100"], 100 * MIB, 32 * MIB)).toBeNull();
  });
});
