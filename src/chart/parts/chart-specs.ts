import type { ChartFrame, Padding } from "../layout/chart-frame.ts";
import type { ChartDrawing } from "../types.ts";

const SCHEMA_URL = "https://vega.github.io/schema/vega-lite/v6.json";

/** Makes a drawing with one plot. Its size includes axes and labels and is fixed. */
export function plotDrawing(frame: ChartFrame, values: readonly unknown[], layer: readonly unknown[]): ChartDrawing {
  const spec = {
    $schema: SCHEMA_URL,
    width: frame.plotWidthPx,
    height: frame.plotHeightPx,
    padding: frame.padding,
    autosize: "none",
    data: { values },
    layer,
  };
  return { spec, heightPx: frame.heightPx };
}

/** Layout of small multiples: equal panels in rows of `columns`; lengths in px. */
export interface PanelGrid {
  readonly columns: number;
  readonly panelWidthPx: number;
  readonly panelHeightPx: number;
  readonly columnGapPx: number;
  readonly rowGapPx: number;
  readonly padding: Padding;
}

/** Makes a drawing of small multiples. `panels` are Vega-Lite views with the panel size of `grid`. */
export function panelsDrawing(panels: readonly unknown[], grid: PanelGrid): ChartDrawing {
  const { columns, panelHeightPx, columnGapPx, rowGapPx, padding } = grid;
  const rows = Math.ceil(panels.length / columns);
  const spec = {
    $schema: SCHEMA_URL,
    padding,
    autosize: "none",
    columns,
    spacing: { column: columnGapPx, row: rowGapPx },
    align: "none",
    bounds: "flush",
    concat: panels,
  };
  return { spec, heightPx: padding.top + padding.bottom + rows * panelHeightPx + (rows - 1) * rowGapPx };
}
