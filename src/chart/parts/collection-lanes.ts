import type { CollectionKind } from "../../model/collections.ts";
import type { CollectedRun } from "../../model/ready-charts.ts";
import { say } from "../../words/say.ts";
import type { ChartFrame } from "../layout/chart-frame.ts";
import type { PlacedLabel } from "../layout/label-placement.ts";
import { type ChartScale, pixelScale } from "../layout/scale.ts";
import { INK_2 } from "../theme.ts";
import { type Encoding, PIXEL_Y } from "./encodings.ts";
import { collectionEnds } from "./heap-moments.ts";

/** Height in px of the two lanes between the plot and its x axis, in which ticks mark collections. */
export const LANES_PX = 36;
/** Width in px for the names of the lanes, at the left of the plot. */
export const LANE_NAMES_PX = 50;

type Lane = "minor" | "major";
const LANE_Y: Readonly<Record<Lane, number>> = { minor: 13, major: 28 };
const HALF_TICK_PX = 5;

/** Lane of each kind of collection. Phases such as incremental marking free nothing by themselves and have no lane. */
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

/** Distance in px below which ticks merge into a band. */
const NEAR_PX = 2;

export interface LaneRequest {
  readonly runs: readonly CollectedRun[];
  readonly timed: boolean;
  readonly xScale: ChartScale;
  readonly plot: Pick<ChartFrame, "plotWidthPx" | "plotHeightPx">;
}

/** Computes the marks of all collections: a tick for a single collection, a band for several close together. */
function laneMarks({ runs, timed, xScale, plot }: LaneRequest): readonly LaneMark[] {
  const xOf = pixelScale(xScale, [0, plot.plotWidthPx]);
  return runs.flatMap((run) => {
    const marks: LaneMark[] = [];
    const ends = collectionEnds(run, timed);
    for (const lane of ["minor", "major"] as const) {
      const y = plot.plotHeightPx + LANE_Y[lane];
      let open: LaneMark | undefined;
      for (const [index, collection] of run.collections.entries()) {
        if (LANE_BY_KIND[collection.kind] !== lane) continue;
        const [x] = ends[index] ?? [0];
        if (open !== undefined && xOf(x) - xOf(open.x2) < NEAR_PX) open.x2 = x;
        else {
          open = { series: run.series, x, x2: x, from: y - HALF_TICK_PX, to: y + HALF_TICK_PX };
          marks.push(open);
        }
      }
    }
    return marks;
  });
}

/**
 * Layers that draw two lanes below the plot: minor collections (young generation) and major collections (whole heap).
 */
export function collectionLanes(request: LaneRequest, x: Encoding, color: unknown): readonly unknown[] {
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

/** Labels with the names of the lanes, at the left of the plot. */
export function laneNames(plotHeightPx: number): readonly PlacedLabel[] {
  return (["minor", "major"] as const).map((lane) => ({
    text: say(lane === "minor" ? "laneMinor" : "laneMajor"),
    bold: false,
    colour: INK_2,
    x: -8,
    y: plotHeightPx + LANE_Y[lane],
    align: "right" as const,
  }));
}
