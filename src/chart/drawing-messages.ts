import { type ErrorCode, type Position, UserError } from "../errors.ts";
import type { DrawingLimit } from "../model/drawing-limit.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import { DrawingLimitError } from "./drawing-limit.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";

/** Limits of one drawing. */
export interface DrawingLimits {
  /** User CPU time, ms. Wall time would depend on what else the machine does. */
  readonly cpuMs: number;
  /** Wall time, ms, for a drawing that gets no CPU time: many times `cpuMs`. */
  readonly wallMs: number;
  /** Limit of the old generation of the heap, MiB. */
  readonly memoryMiB: number;
}

/** A chart for the process and the thread that draw. */
export interface DrawingRequest {
  readonly chart: ReadyChart | VegaLiteSpec;
  readonly options: DrawingOptions;
}

/** What the process and the thread that draw answer. Errors lose their class on the way. */
export type DrawingAnswer =
  | { readonly drawn: DrawnChart }
  | {
      readonly mistake: {
        readonly message: string;
        readonly code: ErrorCode;
        readonly position: Position | undefined;
        readonly hint: string | undefined;
      };
    }
  | { readonly reached: DrawingLimit; readonly position: Position | undefined }
  | { readonly error: unknown };

/** The answer for what a drawing threw. */
export function answerError(error: unknown): DrawingAnswer {
  if (error instanceof DrawingLimitError) return { reached: error.reached, position: error.position };
  if (!(error instanceof UserError)) return { error };
  const { message, code, position, hint } = error;
  return { mistake: { message, code, position, hint } };
}

/** @throws what the drawing threw */
export function drawnOf(answer: DrawingAnswer): DrawnChart {
  if ("drawn" in answer) return answer.drawn;
  if ("reached" in answer) throw new DrawingLimitError(answer.reached, answer.position);
  if ("error" in answer) throw answer.error;
  const { message, ...options } = answer.mistake;
  throw new UserError(message, options);
}
