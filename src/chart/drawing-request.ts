import type { ErrorCode, ExitCode, Position } from "../errors.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";

/** Sent to the thread that draws. */
export interface DrawingRequest {
  readonly chart: ReadyChart | VegaLiteSpec;
  readonly options: DrawingOptions;
}

/** Sent back: a drawing, a mistake of the chart (`UserError`), or an exception. */
export type DrawingReply =
  | { readonly drawn: DrawnChart }
  | {
      readonly mistake: {
        readonly message: string;
        readonly code: ErrorCode;
        readonly position: Position | undefined;
        readonly hint: string | undefined;
        readonly exitCode: ExitCode;
      };
    }
  | { readonly exception: string };
