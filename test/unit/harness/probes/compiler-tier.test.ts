import { expect, it } from "vitest";
import { describeTier } from "../../../../src/harness/probes/compiler-tier.ts";

it.each([
  [[], "optimised code"],
  [["--expose-gc", "--optimize-for-size"], "optimised code"],
  [["--no-opt"], "no TurboFan; Maglev as the runtime has it"],
  [["--no-maglev"], "optimised code, without Maglev"],
  [["--no-opt", "--no-maglev"], "unoptimised code"],
  [["--no_turbofan", "--no_maglev"], "unoptimised code"],
])("the tier under %j is %s", (flags, expected) => {
  expect(describeTier(flags)).toBe(expected);
});
