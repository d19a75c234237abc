import { createHash } from "node:crypto";
import type { FrontMatter } from "../../document/front-matter.ts";
import { UserError } from "../../errors.ts";
import { numberStyleOf } from "../../language.ts";
import { pageWords } from "../../words/page-words.ts";
import { join, sentence } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { readAsset } from "../assets.ts";
import type { ProjectParts } from "../project-parts.ts";
import { markDirectionControls, withoutDirectionControls } from "./direction-controls.ts";
import { fillTemplate, type Html, html } from "./template.ts";

/** Fields of `templates/report.hbs`, except for style sheet, script and Content-Security-Policy. */
export interface PageContent {
  readonly lang: string;
  readonly theme: string | null;
  readonly documentTitle: string;
  readonly description: string | null;
  readonly title: string;
  readonly subtitle: string | null;
  /** CSS that only this page needs; it follows the general style sheet. */
  readonly addedCss: string;
  /** JavaScript that only this page needs; it precedes the general script. */
  readonly addedScript?: string;
  readonly [field: string]: unknown;
}

/** Fills the template of a page. Style sheet and script are inline, so the page needs no other file. */
export function fillDocument({ addedCss, addedScript = "", ...content }: PageContent): string {
  const css = `${readAsset("css/report.css")}${addedCss}${printedTitle(withoutDirectionControls(content["title"]))}`;
  const script = `${addedScript}${readAsset("js/report.js")}`;
  const policy = html(contentSecurityPolicy(css, script));
  const page = fillTemplate("report", {
    draft: null,
    site: null,
    siteLogo: null,
    footer: null,
    printed: null,
    words: pageWords(content.lang),
    signs: { list: join(["", ""], "list"), stop: sentence("") },
    decimal: numberStyleOf(content.lang).decimal,
    madeFrom: say("madeFrom"),
    ...content,
    documentTitle: withoutDirectionControls(content.documentTitle),
    policy,
    css: html(css),
    script: html(script),
  });
  return checkPolicy(markDirectionControls(page), String(policy));
}

/**
 * Renders the project's footer template; null if the project has none. The template can use the report's `custom`
 * fields.
 */
export function fillFooter({ hasFooter }: ProjectParts, fields: Pick<FrontMatter, "lang" | "custom">): Html | null {
  return hasFooter ? html(fillTemplate("project-footer", { ...fields, words: pageWords(fields.lang) })) : null;
}

/**
 * Checks that the page has the policy in its head, before any element that could load something: a project's template
 * may lack it.
 * @throws UserError `broken-template`
 */
function checkPolicy(page: string, policy: string): string {
  const at = page.search(/<(?:script|style|link|img|iframe|body|base)\b/i);
  const head = page.slice(0, at < 0 ? undefined : at);
  if (head.includes(`<meta http-equiv="Content-Security-Policy" content="${policy}">`)) return page;
  throw new UserError("The template of the page has no Content-Security-Policy before its style sheet.", {
    code: "broken-template",
    hint: 'Write <meta http-equiv="Content-Security-Policy" content="{{policy}}"> after <head>, as in templates/report.hbs.',
  });
}

/**
 * Content-Security-Policy that allows only this style sheet and this script, by their hashes, and images as `data:`
 * URIs.
 */
export function contentSecurityPolicy(css: string, script: string): string {
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

// Control characters are escaped too, because a browser changes CR and NUL before it hashes the style sheet.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped.
const UNSAFE_IN_CSS = /[\\"<>\u0000-\u001f\u007f-\u009f]/g;

/**
 * CSS that prints the title at the top of each page except the first. Escapes `<`, because `</style>` would end the
 * style sheet.
 */
function printedTitle(title: string): string {
  const escaped = title.replace(UNSAFE_IN_CSS, (character) => `\\${character.charCodeAt(0).toString(16)} `);
  return `\n@page { @top-right { content: "${escaped}"; font: 9pt sans-serif; } }\n@page :first { @top-right { content: ""; } }\n`;
}
