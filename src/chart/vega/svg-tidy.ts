import { PAPER, STANDALONE_FONTS, tokenOf } from "../theme.ts";
import { parseSvg, type SvgElement, type SvgNode, serializeSvg } from "./svg-tree.ts";

/** A drawing as it goes into a page: nothing that a strict Content-Security-Policy refuses, no name that another figure has. */
export interface TidyDrawing {
  readonly root: SvgElement;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface TidyOptions {
  /** Begins every id, so that figures of one page do not share clip paths. */
  readonly prefix: string;
  /** The drawing is at least this wide: a smaller one is not scaled up, so its text keeps its size. */
  readonly minimumWidthPx: number;
  /** Where Vega does not know it: the size of concatenated views that lay themselves out. */
  readonly heightPx?: number;
}

const FONT_SIZE = "12px";
/** Said by the figure around the drawing, by the page's style, or by nobody. */
const UNWANTED =
  /^(?:class|style|role|aria-.*|font-family|pointer-events|stroke-miterlimit|version|xmlns(?::.*)?|display|cursor)$/;
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ["opacity", "1"],
  ["transform", "translate(0,0)"],
  ["font-size", FONT_SIZE],
  ["font-weight", "400"],
  ["text-anchor", "start"],
]);
const SHAPES = new Set(["path", "line", "rect", "circle"]);

/** Vega's SVG without what a page does not need, ids prefixed, numbers cut to a hundredth of a px. */
export function tidySvg(svg: string, options: TidyOptions): TidyDrawing {
  const source = parseSvg(svg);
  const widthPx = Math.max(options.minimumWidthPx, Math.ceil(Number(source.attributes.get("width"))));
  const heightPx = options.heightPx ?? Math.ceil(Number(source.attributes.get("height")));
  const ids = new Map<string, string>();
  const rename = (id: string): string => {
    const known = ids.get(id) ?? `${options.prefix}-${ids.size + 1}`;
    ids.set(id, known);
    return known;
  };
  const attributes = new Map([
    ["viewBox", `0 0 ${widthPx} ${heightPx}`],
    ["font-size", FONT_SIZE],
  ]);
  const children = source.children.flatMap((child) => tidyNode(child, rename, false));
  return { root: { tag: "svg", attributes, children }, widthPx, heightPx };
}

function tidyNode(node: SvgNode, rename: (id: string) => string, inDefinition: boolean): readonly SvgNode[] {
  if (typeof node === "string") return [node];
  if (node.attributes.get("display") === "none") return [];
  const defines = inDefinition || node.tag === "defs";
  // The outermost group says `fill="none"`: a shape with neither fill nor stroke is not seen. Clip paths are not meant to be.
  if (!defines && SHAPES.has(node.tag) && !isPainted(node)) return [];
  const attributes = new Map<string, string>();
  for (const [name, value] of node.attributes) {
    if (UNWANTED.test(name) || DEFAULTS.get(name) === value) continue;
    if (name === "id") attributes.set(name, rename(value));
    else if (name === "href" || name === "xlink:href") attributes.set("href", value);
    else
      attributes.set(
        name,
        shortenNumbers(value).replace(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${rename(id)})`),
      );
  }
  const children = [...titleOf(node), ...node.children.flatMap((child) => tidyNode(child, rename, defines))];
  if (node.tag === "g" && children.length === 0) return [];
  if (node.tag === "g" && attributes.size === 0) return children;
  return [{ tag: node.tag, attributes, children }];
}

/** What Vega says of a mark to a screen reader, which the figure's own text does, is shown when a pointer rests on it. */
function titleOf({ tag, attributes }: SvgElement): readonly SvgElement[] {
  const label = SHAPES.has(tag) ? attributes.get("aria-label") : undefined;
  return label === undefined ? [] : [{ tag: "title", attributes: new Map(), children: [label] }];
}

function isPainted({ attributes }: SvgElement): boolean {
  const seen = (name: string): boolean => !["none", "transparent", undefined].includes(attributes.get(name));
  return seen("fill") || seen("stroke");
}

function shortenNumbers(value: string): string {
  return value.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)) || 0));
}

const COLOUR_ATTRIBUTES = new Set(["fill", "stroke", "stop-color"]);

/** The drawing for a page, its colours as the page's custom properties; and the colours for which there is none. */
export function inlineSvg({ root }: TidyDrawing): { readonly svg: string; readonly strayColours: readonly string[] } {
  const stray = new Set<string>();
  const recolour = (node: SvgNode): SvgNode => {
    if (typeof node === "string") return node;
    const attributes = new Map<string, string>();
    for (const [name, value] of node.attributes) {
      const isColour = COLOUR_ATTRIBUTES.has(name) && !/^(?:none|transparent|url\(.*)$/.test(value);
      const token = isColour ? tokenOf(value) : undefined;
      if (isColour && token === undefined) stray.add(value);
      attributes.set(name, token === undefined ? value : `var(--${token})`);
    }
    return { tag: node.tag, attributes, children: node.children.map(recolour) };
  };
  const attributes = new Map([...root.attributes, ["focusable", "false"] as const]);
  return { svg: serializeSvg(recolour({ ...root, attributes })), strayColours: [...stray] };
}

const MARGIN_PX = 12;

/** The drawing as a file: hex colours, fonts named, on paper of its own, so that it can be read on a dark page too. */
export function standaloneSvg({ root, widthPx, heightPx }: TidyDrawing): string {
  const [width, height] = [widthPx + 2 * MARGIN_PX, heightPx + 2 * MARGIN_PX];
  const corner = String(-MARGIN_PX);
  const paper: SvgElement = {
    tag: "rect",
    attributes: new Map([
      ["x", corner],
      ["y", corner],
      ["width", String(width)],
      ["height", String(height)],
      ["fill", PAPER],
    ]),
    children: [],
  };
  const attributes = new Map([
    ["xmlns", "http://www.w3.org/2000/svg"],
    ["viewBox", `${corner} ${corner} ${width} ${height}`],
    ["width", String(width)],
    ["height", String(height)],
    ["font-family", STANDALONE_FONTS],
    ["font-size", FONT_SIZE],
  ]);
  return serializeSvg({ tag: "svg", attributes, children: [paper, ...root.children] });
}
