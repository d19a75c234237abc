/** An element of an SVG written by Vega, which uses only elements, quoted attributes and text. */
export interface SvgElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly SvgNode[];
}

/** An element or a text. Texts keep their XML entities, so that serializing does not encode them twice. */
export type SvgNode = SvgElement | string;

interface OpenElement {
  readonly tag: string;
  readonly attributes: Map<string, string>;
  readonly children: SvgNode[];
}

const TOKEN = /<\/[^>]+>|<([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|[^<]+/g;
const ATTRIBUTE = /(?<![\w:-])([\w:-]+)="([^"]*)"/g;

/** Parses an SVG written by Vega. Attribute values keep their XML entities. */
export function parseSvg(text: string): SvgElement {
  const root: OpenElement = { tag: "", attributes: new Map(), children: [] };
  const open: OpenElement[] = [root];
  let read = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index !== read) break;
    const [token, tag, attributes = "", selfClosing] = match;
    read += token.length;
    const parent = open.at(-1);
    if (parent === undefined) break;
    if (token.startsWith("</")) {
      open.pop();
    } else if (tag === undefined) {
      parent.children.push(token);
    } else {
      const element: OpenElement = { tag, attributes: new Map(), children: [] };
      for (const [, name = "", value = ""] of attributes.matchAll(ATTRIBUTE)) element.attributes.set(name, value);
      parent.children.push(element);
      if (selfClosing === "") open.push(element);
    }
  }
  const [svg] = root.children;
  if (read !== text.length || open.length !== 1 || svg === undefined || typeof svg === "string") {
    throw new Error(`The SVG of Vega cannot be parsed at character ${read}: ${text.slice(read, read + 80)}`);
  }
  return svg;
}

export function serializeSvg(node: SvgNode): string {
  if (typeof node === "string") return node;
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${value}"`).join("");
  if (node.children.length === 0) return `<${node.tag}${attributes}/>`;
  return `<${node.tag}${attributes}>${node.children.map(serializeSvg).join("")}</${node.tag}>`;
}
