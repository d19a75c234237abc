import { createHash } from "node:crypto";

/** A formula as MathML, and the CSS of its classes. */
export interface RenderedFormula {
  readonly html: string;
  /** Rules, one a class. MathML has styles in attributes, which the page's Content-Security-Policy refuses. */
  readonly css: ReadonlyMap<string, string>;
}

/** A mistake in a formula. */
export interface FormulaMistake {
  readonly message: string;
  /** Lines from the start of the TeX to the mistake. */
  readonly line: number;
}

export interface MathRenderer {
  /** Returns MathML with the TeX as annotation, or the mistake in the TeX. */
  render(tex: string, display: boolean): RenderedFormula | FormulaMistake;
}

let loading: Promise<MathRenderer> | undefined;

/** Loads Temml (https://temml.org), which takes about 30 ms: only reports with formulas load it. */
export function loadMath(): Promise<MathRenderer> {
  loading ??= import("temml").then(({ default: temml }) => ({
    render(tex, display) {
      try {
        const options = { displayMode: display, annotate: true, throwOnError: true, trust: false, maxExpand: 1000 };
        return extractStyles(temml.renderToString(tex, options));
      } catch (error) {
        return describeMistake(error, tex);
      }
    },
  }));
  return loading;
}

/** Declarations that a formula may have: lengths, colours and keywords, and no address. */
const HARMLESS = /^[\w\s:;.,%#()+-]*$/;

function extractStyles(mathml: string): RenderedFormula {
  const css = new Map<string, string>();
  const html = mathml.replace(/<([a-z]+)((?: [\w:-]+="[^"]*")*)/g, (whole, tag: string, attributes: string) => {
    const style = / style="([^"]*)"/.exec(attributes);
    if (style === null) return whole;
    const rest = attributes.replace(style[0], "");
    const declarations = style[1] ?? "";
    if (!HARMLESS.test(declarations) || /url\(/i.test(declarations)) return `<${tag}${rest}`;
    const name = `m-${createHash("sha256").update(declarations).digest("hex").slice(0, 8)}`;
    css.set(name, `.${name} { ${declarations} }`);
    const isClassed = / class="/.test(rest);
    return `<${tag}${isClassed ? rest.replace(/ class="/, ` class="${name} `) : `${rest} class="${name}"`}`;
  });
  return { html, css };
}

function describeMistake(error: unknown, tex: string): FormulaMistake {
  const { message, position } = error as { readonly message?: string; readonly position?: unknown };
  // Temml marks the place by underlines in a copy of the TeX, on a line of its own.
  const [cause = ""] = (message ?? String(error)).split(/ at (?:position \d+|end of input)/, 1);
  const offset = typeof position === "number" ? Math.min(position, tex.length) : 0;
  return { message: cause.trim().replace(/[.:]$/, ""), line: tex.slice(0, offset).trimEnd().split("\n").length - 1 };
}
