import { createHash } from "node:crypto";

/** A formula as MathML, and the CSS for its classes. */
export interface RenderedFormula {
  readonly html: string;
  /**
   * CSS rule of each class. MathML has `style` attributes, which the page's Content-Security-Policy refuses, so classes
   * replace them.
   */
  readonly css: ReadonlyMap<string, string>;
}

/** A mistake in the TeX of a formula. */
export interface FormulaMistake {
  readonly message: string;
  /** Line of the mistake, counted from the start of the TeX. */
  readonly line: number;
}

export interface MathRenderer {
  /** Renders a formula as MathML, with the TeX as annotation; returns the mistake for invalid TeX. */
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

/** Matches CSS declarations that a formula may have: lengths, colours and keywords, but no URL. */
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
  // Temml shows the place by underlines in a copy of the TeX, on a separate line of the message.
  const [cause = ""] = (message ?? String(error)).split(/ at (?:position \d+|end of input)/, 1);
  const offset = typeof position === "number" ? Math.min(position, tex.length) : 0;
  return { message: cause.trim().replace(/[.:]$/, ""), line: tex.slice(0, offset).trimEnd().split("\n").length - 1 };
}
