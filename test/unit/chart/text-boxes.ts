import { measureText } from "../../../src/chart/layout/text-metrics.ts";
import { parseSvg, type SvgNode } from "../../../src/chart/vega/svg-tree.ts";

export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where every text of a drawing stands, in px of its viewBox, by the font metrics it was laid out with. */
export function textBoxes(svg: string): readonly TextBox[] {
  const found: TextBox[] = [];
  const visit = (node: SvgNode, x: number, y: number, inherited: string | undefined): void => {
    if (typeof node === "string") return;
    const given = (name: string): string => node.attributes.get(name) ?? "0";
    const [, dx = "0", dy = "0"] =
      /translate\(([-\d.]+)(?:[, ]([-\d.]+))?\)/.exec(node.attributes.get("transform") ?? "") ?? [];
    const anchor = node.attributes.get("text-anchor") ?? inherited;
    const [left, top] = [x + Number(dx), y + Number(dy)];
    if (node.tag !== "text") {
      for (const child of node.children) visit(child, left, top, anchor);
      return;
    }
    const text = node.children
      .filter((child) => typeof child === "string")
      .join("")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&apos;", "'")
      .replaceAll("&amp;", "&");
    const width = measureText(text);
    const [placeX, placeY] = [left + Number(given("x")), top + Number(given("y"))];
    const start = anchor === "end" ? placeX - width : anchor === "middle" ? placeX - width / 2 : placeX;
    found.push({ text, left: start, right: start + width, top: placeY - 9, bottom: placeY + 2 });
  };
  visit(parseSvg(svg), 0, 0, undefined);
  return found;
}

export function viewBoxOf(svg: string): { readonly width: number; readonly height: number } {
  const [, , width = 0, height = 0] = (parseSvg(svg).attributes.get("viewBox") ?? "").split(" ").map(Number);
  return { width, height };
}
