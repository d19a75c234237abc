import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import Handlebars from "handlebars";
import type { FileOption } from "../../document/front-matter.ts";
import type { TemplateSettings } from "../../document/settings.ts";
import { nearest, type Position, UserError } from "../../errors.ts";
import { nearestPath, readRegularText } from "../../files.ts";
import type { ProjectParts } from "../project-parts.ts";
import { inlineImage } from "../prose/image.ts";
import { loadTemplates } from "./load-templates.ts";
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
 * @throws UserError `template-not-found`, with the nearest path, `broken-template` at the line of the template
 */
export function loadProjectTemplates(settings: TemplateSettings, root: string): ProjectParts {
  const templates = new Map<string, TemplateFile>();
  if (settings.page !== undefined) templates.set("report", readTemplate(settings.page.path, settings.page, root));
  const partials = settings.partials === undefined ? [] : listPartials(settings.partials, root);
  for (const path of partials) {
    templates.set(basename(path, ".hbs"), readTemplate(path, settings.partials as FileOption, root));
  }
  if (settings.footer !== undefined) {
    templates.set("project-footer", readTemplate(settings.footer.path, settings.footer, root));
  }
  useTemplates(templates);
  return {
    css: settings.css.map((file) => readCss(file, root)).join(""),
    logo: settings.logo === undefined ? null : readLogo(settings.logo, root),
    hasFooter: settings.footer !== undefined,
    warnings: findUnused(templates, partials, settings.partials?.position),
  };
}

function read({ path, position }: FileOption, root: string): string {
  try {
    return readRegularText(resolve(root, path)).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw notFound(`Cannot read the template ${path}.`, path, position, root, cause);
  }
}

/** @param root folder in which a path that is missing may have a near one */
function notFound(
  message: string,
  path: string,
  position: Position,
  root: string | undefined,
  cause?: unknown,
): UserError {
  const near = root === undefined ? undefined : nearestPath(path, root);
  const hint = near === undefined ? "Paths are relative to the folder of heapbook.yml." : `Did you mean \`${near}\`?`;
  return new UserError(message, { code: "template-not-found", position, hint, cause });
}

/** The logo of the site, whose path is relative to the project and not to a report. */
function readLogo({ path, position }: FileOption, root: string): string {
  if (!existsSync(resolve(root, path))) throw notFound(`Cannot read the logo ${path}.`, path, position, root);
  return inlineImage(path, root, position);
}

/** Warnings about parts of the project that no page uses, because no template has or includes their names. */
function findUnused(
  templates: ReadonlyMap<string, TemplateFile>,
  partials: readonly string[],
  position: Position | undefined,
): readonly UserError[] {
  if (partials.length === 0) return [];
  const known = [...loadTemplates().keys()];
  const included = [...templates.values()].flatMap(({ source }) => [
    ...source.matchAll(/\{\{[{~]?#?> *(?:\(|["']?([\w-]+))/g),
  ]);
  // A name that the template computes may be any.
  if (included.some(([, name]) => name === undefined)) return [];
  const names = new Set([...known, ...included.map(([, name = ""]) => name)]);
  return partials.flatMap((path) => {
    const name = basename(path, ".hbs");
    if (names.has(name)) return [];
    const near = nearest(name, known);
    const hint =
      near === undefined
        ? `Include it in a template, as {{> ${name}}}, or give it the name of a part of Heapbook: ${known.sort().join(", ")}.`
        : `Did you mean ${near}.hbs?`;
    const message = `No template uses ${path}, so no page has it.`;
    return [new UserError(message, { code: "unused-template", position, hint })];
  });
}

function listPartials({ path, position }: FileOption, root: string): string[] {
  const folder = resolve(root, path);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw notFound(`The folder of partials ${path} does not exist.`, path, position, root);
  const names = readdirSync(folder).filter((name) => name.endsWith(".hbs"));
  if (names.length === 0) throw notFound(`The folder of partials ${path} has no .hbs file.`, path, position, undefined);
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
