import type { AllocationCallNode, LineAllocation, LineProfile } from "../../src/model/line-profile.ts";

// Line profiles made by hand: what a test does not care about is filled in.

export function makeLine(line: number, changes: Partial<LineAllocation> = {}): LineAllocation {
  return {
    file: "walks.ts",
    line,
    liveBytes: 0,
    liveObjects: 0,
    allocatedBytes: 0,
    allocations: 0,
    functionLevelBytes: 0,
    ...changes,
  };
}

export function makeCall(
  functionName: string,
  allocatedBytes: number,
  children: readonly AllocationCallNode[] = [],
  changes: Partial<AllocationCallNode> = {},
): AllocationCallNode {
  return {
    functionName,
    functionLine: 1,
    file: "walks.ts",
    line: 1,
    allocatedBytes,
    liveBytes: 0,
    allocations: 1,
    children,
    ...changes,
  };
}

/** A profile of `walks.ts`, 60 lines, each of which says its number. */
export function makeProfile(lines: readonly LineAllocation[], changes: Partial<LineProfile> = {}): LineProfile {
  return {
    region: "",
    instrumentation: { engine: "tracker" },
    lines,
    elsewhere: { liveBytes: 0, allocatedBytes: 0 },
    calls: makeCall("(root)", 0, [], { functionLine: 0, file: "", line: 0 }),
    types: [],
    notInstrumented: [],
    outside: [],
    inexact: [],
    sources: { "walks.ts": Array.from({ length: 60 }, (_, index) => `  line(${index + 1});`) },
    ...changes,
  };
}
