import { isRecord } from "../../analysis/own-value.ts";

/** The items that Vega drew for one mark of a specification. */
export interface DrawnMarks {
  /** Vega's name of the mark: `layer_0_marks`. */
  readonly name: string;
  /** Vega's type: `symbol`, `rect`, `line`. */
  readonly type: string;
  /** Rows after all transforms: one for each drawn item; for lines and areas, one for each point. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Number of items that lie outside the axes. */
  readonly outside: number;
}

/**
 * An item of Vega's scenegraph (https://vega.github.io/vega/docs/api/view/#view_scenegraph) with the properties that
 * this module reads.
 */
interface SceneItem {
  readonly datum?: unknown;
  readonly x?: number;
  readonly y?: number;
  readonly x2?: number;
  readonly y2?: number;
  readonly width?: number;
  readonly height?: number;
  readonly defined?: boolean;
  readonly items?: readonly SceneItem[];
  readonly marktype?: string;
  readonly role?: string;
  readonly name?: string;
  readonly clip?: unknown;
}

const POSITIONS = ["x", "y", "x2", "y2", "width", "height"] as const;
/**
 * Types of marks whose place is not checked: marks without coordinates of their own, and texts, which authors shift on
 * purpose.
 */
const UNPLACED: ReadonlySet<string> = new Set(["text", "arc", "shape", "image", "group"]);
/** Distance in px by which rounding may move an item outside the axes. */
const TOLERANCE_PX = 1;

/** Lists the marks that Vega drew. @param root root item of Vega's scenegraph */
export function listDrawnMarks(root: unknown): readonly DrawnMarks[] {
  const found = new Map<string, { type: string; rows: Readonly<Record<string, unknown>>[]; outside: number }>();
  const visit = (node: SceneItem, plot: SceneItem): void => {
    if (node.marktype !== undefined && node.marktype !== "group" && node.role === "mark") {
      const name = node.name ?? "";
      const marks = found.get(name) ?? { type: node.marktype, rows: [], outside: 0 };
      found.set(name, marks);
      for (const item of node.items ?? []) {
        if (!isDrawn(item)) continue;
        marks.rows.push(isRecord(item.datum) ? item.datum : {});
        if (!UNPLACED.has(node.marktype) && !isClipped(node) && isOutside(item, plot)) marks.outside += 1;
      }
      return;
    }
    const isPlot = node.marktype === undefined && typeof node.width === "number";
    for (const child of node.items ?? []) visit(child, isPlot ? node : plot);
  };
  visit(root as SceneItem, {});
  return [...found].map(([name, marks]) => ({ name, ...marks }));
}

function isClipped({ clip }: SceneItem): boolean {
  return clip !== undefined && clip !== null && clip !== false;
}

/** Whether Vega drew the item. A value outside the scale's domain has no coordinate, or `NaN`. */
function isDrawn(item: SceneItem): boolean {
  return item.defined !== false && POSITIONS.every((key) => item[key] === undefined || Number.isFinite(item[key]));
}

function isOutside(item: SceneItem, plot: SceneItem): boolean {
  const beyond = (at: number | undefined, size: number | undefined): boolean =>
    at !== undefined && size !== undefined && (at < -TOLERANCE_PX || at > size + TOLERANCE_PX);
  const { x, y, x2, y2, width = 0, height = 0 } = item;
  return (
    beyond(x, plot.width) ||
    beyond(y, plot.height) ||
    beyond(x2 ?? (x === undefined ? undefined : x + width), plot.width) ||
    beyond(y2 ?? (y === undefined ? undefined : y + height), plot.height)
  );
}
