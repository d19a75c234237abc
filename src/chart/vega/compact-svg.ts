import { optimize } from "svgo/browser";

/**
 * A drawing as a page holds it, in fewer bytes: attributes that siblings share stand on their group, transforms are in the coordinates,
 * and coordinates have one decimal, a tenth of a pixel. Vega writes every attribute on every mark.
 *
 * Colours stay as they are, because they are custom properties, and so do ids, titles and the order of marks.
 */
export function compactSvg(svg: string): string {
  const { data } = optimize(svg.replace("<svg ", `<svg ${NAMESPACE} `), {
    floatPrecision: 1,
    plugins: [
      {
        name: "preset-default",
        params: { overrides: { convertColors: false, cleanupIds: false, moveGroupAttrsToElems: false } },
      },
    ],
  });
  // The style sheet of the page has the size of text.
  return data.replace(` ${NAMESPACE}`, "").replace(/^(<svg[^>]*?) font-size="12(?:px)?"/, "$1");
}

/** An SVG within HTML needs no namespace; the parser of XML does. */
const NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';
