import { createHash } from "node:crypto";
import { fillTemplate, html, readAsset } from "./template.ts";

/** What a page holds besides its styles, its script and its policy; names are those of `templates/report.hbs`. */
export interface PageContent {
  readonly lang: string;
  readonly theme: string | null;
  readonly documentTitle: string;
  readonly description: string | null;
  readonly title: string;
  readonly subtitle: string | null;
  readonly [field: string]: unknown;
}

/** A page that needs no other file: styles and script are in it, and nothing else may style, run or be loaded. */
export function fillPage(content: PageContent): string {
  const css = `${readAsset("css/report.css")}${printedTitle(content.title)}`;
  const script = readAsset("js/report.js");
  const policy = html(contentSecurityPolicy(css, script));
  return fillTemplate("report", { ...content, policy, css: html(css), script: html(script) });
}

/** Nothing but what is inlined here may style or run, and nothing may be loaded. */
function contentSecurityPolicy(css: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${hash(css)}'`,
    `script-src '${hash(script)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** The title over each printed page but the first. A style sheet must not hold a `<`, which could end it. */
function printedTitle(title: string): string {
  const escaped = title.replace(/[\\"<>\n]/g, (character) => `\\${character.charCodeAt(0).toString(16)} `);
  return `\n@page { @top-right { content: "${escaped}"; font: 9pt sans-serif; } }\n@page :first { @top-right { content: ""; } }\n`;
}
