import { type ErrorCode, type Position, UserError } from "../errors.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";

/** A chart for the drawing thread. */
export interface DrawingRequest {
  readonly chart: ReadyChart | VegaLiteSpec;
  readonly options: DrawingOptions;
}

/** What the drawing thread answers. Errors lose their class on the way between threads. */
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
  | { readonly error: unknown };

/** The answer for what a drawing threw. */
export function answerError(error: unknown): DrawingAnswer {
  if (!(error instanceof UserError)) return { error };
  const { message, code, position, hint } = error;
  return { mistake: { message, code, position, hint } };
}

/** @throws what the drawing threw */
export function drawnOf(answer: DrawingAnswer): DrawnChart {
  if ("drawn" in answer) return answer.drawn;
  if ("error" in answer) throw answer.error;
  const { message, ...options } = answer.mistake;
  throw new UserError(message, options);
}
