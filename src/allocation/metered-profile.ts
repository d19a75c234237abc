import type { MeterAccuracy } from "../model/instrumentation.ts";
import type { AllocationCallNode, LineAllocation, LineProfile } from "../model/line-profile.ts";
import { FIRST_LINE_SITE } from "../model/meter-sites.ts";
import { leaf } from "./folded-calls.ts";
import { findInexact } from "./inexact-places.ts";
import { sourcesOf } from "./line-profile.ts";
import { findNotInstrumented } from "./not-instrumented.ts";
import type { InstrumentedProgram } from "./program.ts";

/** Bytes that one site of the meter allocated, and number of allocations. */
export type MeteredAmount = readonly [site: number, bytes: number, allocations: number];

type MeteredLine = Pick<LineAllocation, "file" | "line" | "functionLevelBytes"> & {
  readonly isStartUp: boolean;
  readonly countsCalls: boolean;
};

/**
 * Returns a function that finds the line of a site by its number. It returns undefined for the two sites without a
 * line.
 */
function lineOfSites({ modules }: InstrumentedProgram): (number: number) => MeteredLine | undefined {
  const places = modules.flatMap(({ file, metered }) =>
    metered.map(({ line, level }) => ({
      file,
      line,
      functionLevelBytes: level === "line" ? 0 : 1,
      isStartUp: level === "module",
      countsCalls: level === "call",
    })),
  );
  return (site) => places[site - FIRST_LINE_SITE];
}

/** Returns a call tree in which each line is a child of the root, because the meter does not know callers. */
function listCalls(lines: readonly LineAllocation[], elsewhereBytes: number): AllocationCallNode {
  const none = { allocatedBytes: 0, liveBytes: 0, allocations: 0 };
  const children = lines.map(({ file, line, allocatedBytes, allocations }) => ({
    functionName: "",
    functionLine: line,
    file,
    line,
    ...none,
    allocatedBytes,
    allocations,
    children: [],
  }));
  return {
    functionName: "(root)",
    functionLine: 0,
    file: "",
    line: 0,
    ...none,
    children: [...children, ...leaf("(elsewhere)", { ...none, allocatedBytes: elsewhereBytes })],
  };
}

/**
 * Line profile of the engine `meter`. All live amounts are 0, because the meter measures allocated bytes only.
 * @param isProgram whether the modules are those of a traced program, where each has a start of its own
 */
export function profileMetered(
  region: string,
  accuracy: MeterAccuracy,
  sites: readonly MeteredAmount[],
  program: InstrumentedProgram,
  isProgram = false,
): LineProfile {
  const placeOf = lineOfSites(program);
  const sums = new Map<string, LineAllocation>();
  let elsewhereBytes = accuracy.oldGenerationBytes ?? 0;
  for (const [site, bytes, allocations] of sites) {
    const place = placeOf(site);
    if (place === undefined) {
      elsewhereBytes += bytes;
      continue;
    }
    if (place.countsCalls || bytes === 0) continue;
    const { file, line, functionLevelBytes, isStartUp } = place;
    const key = `${file}:${line}`;
    const known = sums.get(key);
    sums.set(key, {
      file,
      line,
      liveBytes: 0,
      liveObjects: 0,
      allocatedBytes: (known?.allocatedBytes ?? 0) + bytes,
      allocations: (known?.allocations ?? 0) + allocations,
      functionLevelBytes: (known?.functionLevelBytes ?? 0) + functionLevelBytes * bytes,
      ...(isProgram && isStartUp
        ? { startUp: { liveBytes: 0, liveObjects: 0, allocatedBytes: bytes, allocations } }
        : known?.startUp === undefined
          ? {}
          : { startUp: known.startUp }),
    });
  }
  const lines = [...sums.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  const counts = new Map(sites.map(([site, , count]) => [site, count]));
  const { inexact, errorBound } = findInexact(program.modules, lines, (site) => counts.get(site) ?? 0);
  return {
    region,
    instrumentation: { engine: "meter", ...accuracy, ...errorBound },
    lines,
    elsewhere: { liveBytes: 0, allocatedBytes: elsewhereBytes },
    calls: listCalls(lines, elsewhereBytes),
    types: [],
    ...findNotInstrumented(program.modules, lines),
    inexact,
    sources: sourcesOf(program.modules, lines),
  };
}
