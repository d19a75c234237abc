import type { CollectionKind } from "../../model/collections.ts";
import type { CollectedRun } from "../../model/ready-charts.ts";
import { PIXEL_Y } from "../layout/frame.ts";
import type { PlacedLabel } from "../layout/labels.ts";
import { project, type Scale } from "../layout/scale.ts";
import { INK_2 } from "../theme.ts";
import { collectionEnds } from "./heap-moments.ts";

/** Room for the lanes between the plot and its x axis. */
export const LANES_PX = 36;
/** Room at the left for their names. */
export const LANE_NAMES_PX = 50;

type Lane = "minor" | "major";
const LANE_Y: Readonly<Record<Lane, number>> = { minor: 13, major: 28 };
const HALF_TICK_PX = 5;

/** Phases of a collection (incremental marking, weak callbacks) free nothing by themselves, and have no lane. */
const LANE_BY_KIND: Readonly<Partial<Record<CollectionKind, Lane>>> = {
  scavenge: "minor",
  "minor-mark-sweep": "minor",
  "mark-compact": "major",
};

interface LaneMark {
  readonly series: string;
  readonly x: number;
  x2: number;
  readonly from: number;
  readonly to: number;
}

/** Ticks closer than this run into each other. */
const NEAR_PX = 2;

export interface LaneRequest {
  readonly runs: readonly CollectedRun[];
  readonly timed: boolean;
  readonly xScale: Scale;
  readonly plotWidthPx: number;
  readonly plotHeightPx: number;
}

/** Collections in neighbouring columns of pixels, which cannot be told apart: a tick, or a band from the first to the last. */
function laneMarks({ runs, timed, xScale, plotWidthPx, plotHeightPx }: LaneRequest): readonly LaneMark[] {
  return runs.flatMap((run) => {
    const marks: LaneMark[] = [];
    const ends = collectionEnds(run, timed);
    for (const lane of ["minor", "major"] as const) {
      const y = plotHeightPx + LANE_Y[lane];
      let open: LaneMark | undefined;
      for (const [index, collection] of run.collections.entries()) {
        if (LANE_BY_KIND[collection.kind] !== lane) continue;
        const [x] = ends[index] ?? [0];
        const isNear =
          open !== undefined && project(xScale, plotWidthPx, x) - project(xScale, plotWidthPx, open.x2) < NEAR_PX;
        if (open !== undefined && isNear) open.x2 = x;
        else {
          open = { series: run.series, x, x2: x, from: y - HALF_TICK_PX, to: y + HALF_TICK_PX };
          marks.push(open);
        }
      }
    }
    return marks;
  });
}

/** Two lanes below the plot that tell when the young generation was collected, and when the whole heap. */
export function collectionLanes(request: LaneRequest, x: Record<string, unknown>, color: unknown): readonly unknown[] {
  const marks = laneMarks(request);
  const y = { y: { ...PIXEL_Y, field: "from" }, y2: { field: "to" } };
  return [
    {
      data: { values: marks.filter((mark) => mark.x === mark.x2).map(({ x2: _, ...tick }) => tick) },
      mark: { type: "rule", strokeWidth: 1.25 },
      encoding: { x, ...y, color },
    },
    {
      data: { values: marks.filter((mark) => mark.x !== mark.x2) },
      mark: { type: "rect" },
      encoding: { x, x2: { field: "x2" }, ...y, color },
    },
  ];
}

/** Names of the lanes, at the left of the plot. */
export function laneNames(plotHeightPx: number): readonly PlacedLabel[] {
  return (["minor", "major"] as const).map((lane) => ({
    text: lane,
    bold: false,
    colour: INK_2,
    x: -8,
    y: plotHeightPx + LANE_Y[lane],
    align: "right" as const,
  }));
}
