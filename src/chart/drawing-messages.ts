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
  /** Wall time, ms; many times `cpuMs`. Stops a drawing that gets no CPU time. */
  readonly wallMs: number;
  /** Limit of the old generation of the heap, MiB. */
  readonly memoryMiB: number;
}

/** A request to draw a chart, sent to the drawing process and passed on to its thread. */
export interface DrawingRequest {
  readonly chart: ReadyChart | VegaLiteSpec;
  readonly options: DrawingOptions;
}

/**
 * The answer to a `DrawingRequest`. Structured cloning loses the class of an error, so the fields of known errors are
 * sent.
 */
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

/** Makes the answer that reports an error thrown by a drawing. */
export function answerError(error: unknown): DrawingAnswer {
  if (error instanceof DrawingLimitError) return { reached: error.reached, position: error.position };
  if (!(error instanceof UserError)) return { error };
  const { message, code, position, hint } = error;
  return { mistake: { message, code, position, hint } };
}

/** The drawing in an answer. @throws the error that the drawing threw */
export function drawnOf(answer: DrawingAnswer): DrawnChart {
  if ("drawn" in answer) return answer.drawn;
  if ("reached" in answer) throw new DrawingLimitError(answer.reached, answer.position);
  if ("error" in answer) throw answer.error;
  const { message, ...options } = answer.mistake;
  throw new UserError(message, options);
}
