import type { ChartWidth } from "../layout/chart-frame.ts";
import { PAPER, STANDALONE_FONTS, tokenOf } from "../theme.ts";
import { parseSvg, type SvgElement, type SvgNode, serializeSvg } from "./svg-tree.ts";

/** A drawing without anything that a strict Content-Security-Policy forbids; its ids are unique on the page. */
export interface TidyDrawing {
  readonly root: SvgElement;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface TidyOptions {
  /** Prefix of every id, so that figures on one page do not share clip paths. */
  readonly prefix: string;
  /**
   * Least width of the drawing, px. A narrower drawing gets empty space, because scaling would change the size of its
   * text.
   */
  readonly minimumWidthPx: number;
  /** Height of the drawing, px, for concatenated views with outside labels, whose height Vega reports wrongly. */
  readonly heightPx?: number;
}

const FONT_SIZE = "12px";
/** Attributes to remove: the surrounding figure or the page's style sheet sets them, or they have no effect. */
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

/**
 * Prefix of every id in a drawing. Ids appear in `url(#…)`, which would end at a bracket or quote, so the prefix has
 * neither.
 */
export function idPrefix(name: string, width: ChartWidth): string {
  return `${name.replace(/[^A-Za-z0-9_-]/g, "-")}-${width === "wide" ? "w" : "n"}`;
}

/** Cleans Vega's SVG: removes invisible shapes and needless attributes, prefixes ids, and rounds numbers to 0.01 px. */
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
  // The outermost group has `fill="none"`, so shapes without fill and stroke are invisible. Clip paths have neither,
  // but are needed.
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
  if (node.tag === "text") placeText(attributes);
  const children = [...titleOf(node), ...node.children.flatMap((child) => tidyNode(child, rename, defines))];
  if (node.tag !== "g") return [{ tag: node.tag, attributes, children }];
  if (children.length === 0) return [];
  const group = shareAttributes(attributes, children);
  return group.attributes.size === 0 ? group.children : [{ tag: "g", ...group }];
}

/** Replaces the transform of a text by `x` and `y`, unless the text is rotated. */
function placeText(attributes: Map<string, string>): void {
  const [, x, y] = /^translate\(([-\d.]+),([-\d.]+)\)$/.exec(attributes.get("transform") ?? "") ?? [];
  if (x === undefined || y === undefined) return;
  attributes.delete("transform");
  attributes.set("x", x);
  attributes.set("y", y);
}

/** Attributes that a child inherits from its group. */
const INHERITED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "text-anchor", "font-size", "font-weight"];

/** Moves inherited attributes that all children share to their group; Vega repeats them on each mark. */
function shareAttributes(
  attributes: ReadonlyMap<string, string>,
  children: readonly SvgNode[],
): Pick<SvgElement, "attributes" | "children"> {
  const elements = children.filter((child): child is SvgElement => typeof child !== "string");
  const [first] = elements;
  const unchanged = { attributes, children };
  if (first === undefined || elements.length < 2 || elements.length < children.length) return unchanged;
  const shared = INHERITED.flatMap((name) => {
    const value = first.attributes.get(name);
    const isShared = value !== undefined && elements.every((each) => each.attributes.get(name) === value);
    return isShared ? [[name, value] as const] : [];
  });
  if (shared.length === 0) return unchanged;
  const names = new Set(shared.map(([name]) => name));
  return {
    attributes: new Map([...attributes, ...shared]),
    children: elements.map((element) => ({
      ...element,
      attributes: new Map([...element.attributes].filter(([name]) => !names.has(name))),
    })),
  };
}

/** Turns the description of a mark into a tooltip (`title`). Screen readers get the figure's own text instead. */
function titleOf({ tag, attributes }: SvgElement): readonly SvgElement[] {
  const label = SHAPES.has(tag) ? attributes.get("aria-label") : undefined;
  return label === undefined ? [] : [{ tag: "title", attributes: new Map(), children: [label] }];
}

function isPainted({ attributes }: SvgElement): boolean {
  const seen = (name: string): boolean => !["none", "transparent", undefined].includes(attributes.get(name));
  return seen("fill") || seen("stroke");
}

function shortenNumbers(value: string): string {
  return value.replace(/-?(?<!\d)\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)) || 0));
}

const COLOUR_ATTRIBUTES = new Set(["fill", "stroke", "stop-color"]);

/**
 * Serializes the SVG for a page, with colours as CSS variables. `strayColours` lists colours without a CSS variable,
 * which are left unchanged.
 */
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

/**
 * Serializes the SVG as a file of its own: hex colours, named fonts, and a paper-coloured background for dark viewers.
 */
export function svgDocument({ root, widthPx, heightPx }: TidyDrawing): string {
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
