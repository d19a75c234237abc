import type { Interactive } from "../../document/front-matter.ts";
import { readBuilt } from "../assets.ts";
import type { RenderInput } from "../renderer.ts";

/**
 * The drawings of a page, and the script for interactive charts. Only charts that are interactive on this page keep
 * their Vega specification.
 */
export function liveCharts(input: RenderInput): Pick<RenderInput, "charts"> & { readonly script: string } {
  const { interactive } = input.report.frontMatter.html;
  let isLive = false;
  const charts = new Map(
    [...input.charts].map(([label, drawn]) => [
      label,
      drawn.map((chart) => {
        const isShown = chart.interactive !== undefined && isWanted(interactive, chart.interactive.isAsked);
        isLive ||= isShown;
        return isShown ? chart : { ...chart, interactive: undefined };
      }),
    ]),
  );
  return { charts, script: isLive ? `${readBuilt("charts.js")}\n` : "" };
}

function isWanted(interactive: Interactive, isAsked: boolean): boolean {
  return interactive === "auto" ? isAsked : interactive;
}
