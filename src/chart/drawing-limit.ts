import { formatBytes, formatDuration } from "../analysis/format.ts";
import { type Position, UserError } from "../errors.ts";
import type { DrawingLimit } from "../model/drawing-limit.ts";
import { say } from "../words/say.ts";

/** Error of a drawing that was stopped because it reached a limit. */
export class DrawingLimitError extends UserError {
  readonly reached: DrawingLimit;

  constructor(reached: DrawingLimit, position: Position | undefined) {
    const { message, hint } = describeDrawingLimit(reached);
    super(`${message}.`, { code: "invalid-chart", position, hint });
    this.reached = reached;
  }
}

/**
 * Describes the limit that a drawing reached (for `wall` also the CPU time used) and suggests a remedy; in the current
 * language.
 */
export function describeDrawingLimit({ resource, limit, cpuMs = 0 }: DrawingLimit): { message: string; hint: string } {
  switch (resource) {
    case "cpu":
      return { message: say("drawingCpu", { duration: formatDuration(limit) }), hint: say("drawingCpuHint") };
    case "wall": {
      const used = formatDuration(cpuMs);
      return {
        message: say("drawingWall", { duration: formatDuration(limit), used }),
        hint: say("drawingWallHint"),
      };
    }
    case "memory":
      return { message: say("drawingMemory", { bytes: formatBytes(limit) }), hint: say("drawingMemoryHint") };
  }
}
