/** Vega-Lite encodings that all kinds of ready charts share. */
import type { ChartFrame } from "../layout/chart-frame.ts";
import type { ChartScale } from "../layout/scale.ts";
import { shortenText } from "../layout/text-metrics.ts";
import { seriesColour } from "../theme.ts";
import type { SeriesColours } from "../types.ts";

export type Encoding = Readonly<Record<string, unknown>>;

/** Vega format of tick labels: `g` with twelve digits writes 0.25 and 1,048,576 in full. */
export const TICK_FORMAT = ",.12~g";

/** Horizontal place in px: `scale: null` turns data scaling off, because labels are placed in px. */
export const PIXEL_X = { field: "x", type: "quantitative", scale: null, axis: null } as const;
export const PIXEL_Y = { field: "y", type: "quantitative", scale: null, axis: null } as const;

/** The `scale` property of an encoding, with the same domain as the layout's scale. */
function scaleDefinition(scale: ChartScale): Encoding {
  const kind = scale.logarithmic === false ? {} : { type: "log", base: scale.logarithmic.base };
  // Without `padding` Vega-Lite moves the domain of a bar's continuous axis inwards by 5 px.
  return { ...kind, domain: scale.domain, nice: false, zero: false, padding: 0 };
}

export function xAxis(field: string, scale: ChartScale, title: string, frame: ChartFrame): Encoding {
  return {
    field,
    type: "quantitative",
    scale: scaleDefinition(scale),
    axis: { values: scale.ticks, format: TICK_FORMAT, title: shortenText(title, frame.plotWidthPx) },
  };
}

export function yAxis(field: string, scale: ChartScale, title: string, frame: ChartFrame): Encoding {
  const titleX = -frame.padding.left;
  return {
    field,
    type: "quantitative",
    scale: scaleDefinition(scale),
    axis: { values: scale.ticks, format: TICK_FORMAT, title: shortenText(title, frame.widthPx), titleX },
  };
}

/** The axis of a panel in small multiples, without a title, because the panels share one title. */
export function panelAxis(field: string, scale: ChartScale, axis: Encoding = {}): Encoding {
  return {
    field,
    type: "quantitative",
    scale: scaleDefinition(scale),
    axis: { values: scale.ticks, ...axis, title: null },
  };
}

/** Encoding that colours a mark by its `series`. `series` may contain a name several times. */
export function colourEncoding(series: readonly string[], colours: SeriesColours): Encoding {
  const names = [...new Set(series)];
  return {
    field: "series",
    type: "nominal",
    scale: { domain: names, range: names.map((name) => seriesColour(colours.get(name) ?? 0)) },
  };
}
