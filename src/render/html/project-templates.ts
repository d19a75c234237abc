import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import Handlebars from "handlebars";
import type { FileOption } from "../../document/front-matter.ts";
import type { TemplateSettings } from "../../document/settings.ts";
import { type Position, UserError } from "../../errors.ts";
import { readRegularText } from "../../files.ts";
import type { ProjectParts } from "../project-parts.ts";
import { inlineImage } from "../prose/image.ts";
import { type TemplateFile, useTemplates } from "./template.ts";

/**
 * Matches parts of a style sheet or template that would load a file: the page's Content-Security-Policy refuses this.
 */
const LOADS =
  /@import\b|url\(\s*(?:["']\s*)?(?:https?:)?\/\/|<link\b[^>]*\bhref|<meta\b[^>]*http-equiv\s*=\s*["']?refresh/i;

/**
 * Reads the files listed under `templates:` in `heapbook.yml`, and replaces Heapbook's own templates by those of the
 * project.
 * @param root folder of the project, to which the paths are relative
 * @throws UserError `template-not-found`, `broken-template` at the line of the template
 */
export function loadProjectTemplates(settings: TemplateSettings, root: string): ProjectParts {
  const templates = new Map<string, TemplateFile>();
  if (settings.page !== undefined) templates.set("report", readTemplate(settings.page.path, settings.page, root));
  for (const path of settings.partials === undefined ? [] : listPartials(settings.partials, root)) {
    templates.set(basename(path, ".hbs"), readTemplate(path, settings.partials as FileOption, root));
  }
  if (settings.footer !== undefined) {
    templates.set("project-footer", readTemplate(settings.footer.path, settings.footer, root));
  }
  useTemplates(templates);
  return {
    css: settings.css.map((file) => readCss(file, root)).join(""),
    logo: settings.logo === undefined ? null : inlineImage(settings.logo.path, root, settings.logo.position),
    hasFooter: settings.footer !== undefined,
  };
}

function read({ path, position }: FileOption, root: string): string {
  try {
    return readRegularText(resolve(root, path)).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw notFound(`Cannot read the template ${path}.`, position, cause);
  }
}

function notFound(message: string, position: Position, cause?: unknown): UserError {
  const hint = "Paths are relative to the folder of heapbook.yml.";
  return new UserError(message, { code: "template-not-found", position, hint, cause });
}

function listPartials({ path, position }: FileOption, root: string): string[] {
  const folder = resolve(root, path);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw notFound(`The folder of partials ${path} does not exist.`, position);
  const names = readdirSync(folder).filter((name) => name.endsWith(".hbs"));
  if (names.length === 0) throw notFound(`The folder of partials ${path} has no .hbs file.`, position);
  return names.sort().map((name) => join(path, name));
}

function readCss(file: FileOption, root: string): string {
  const css = read(file, root);
  refuseLoading(css, file.path);
  if (!/<\//.test(css)) return `\n${css}`;
  throw broken("A style sheet cannot contain `</`.", { file: file.path, line: 1 });
}

/** Reads and parses a template, so that a mistake is found before any cell runs. */
function readTemplate(path: string, option: FileOption, root: string): TemplateFile {
  const source = read({ path, position: option.position }, root);
  refuseLoading(source, path);
  try {
    Handlebars.precompile(source, { strict: true });
  } catch (cause) {
    const [first = "", ...rest] = (cause as Error).message.split("\n");
    const line = Number(/line (\d+)/.exec(first)?.[1] ?? / - (\d+):\d+$/.exec(first)?.[1] ?? 1);
    const expected = rest.at(-1)?.replace(/^Expecting .*, got /, "unexpected ") ?? first;
    throw broken(`The template does not compile: ${expected === "" ? first : expected}.`, { file: path, line }, cause);
  }
  return { file: path, source };
}

function refuseLoading(source: string, file: string): void {
  const match = LOADS.exec(source);
  if (match === null) return;
  const line = source.slice(0, match.index).split("\n").length;
  throw broken(`\`${match[0]}\` would load a file when the page is opened.`, { file, line });
}

function broken(message: string, position: Position, cause?: unknown): UserError {
  const hint = "A page loads nothing. Write styles into `css:`, and images as `data:` URIs.";
  const compiles = message.startsWith("The template does not compile");
  return new UserError(message, {
    code: "broken-template",
    position,
    hint: compiles ? "Templates are Handlebars: https://handlebarsjs.com/guide/" : hint,
    cause,
  });
}
