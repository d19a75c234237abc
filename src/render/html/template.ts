import Handlebars from "handlebars";
import { UserError } from "../../errors.ts";
import { loadTemplates } from "./load-templates.ts";

/** HTML made in this folder. Templates insert such a value unescaped, and escape every other string. */
export type Html = Handlebars.SafeString;

/** Marks a string as HTML, so that templates insert it unescaped. */
export function html(source: string): Html {
  return new Handlebars.SafeString(source);
}

/** A template of the project, in place of one of Heapbook's. */
export interface TemplateFile {
  /** Path of the file, for messages. */
  readonly file: string;
  readonly source: string;
}

let templates: ReadonlyMap<string, HandlebarsTemplateDelegate> | undefined;
let project: ReadonlyMap<string, TemplateFile> = new Map();

/**
 * Replaces templates by those of the project, until the next call.
 * @param own templates by the name that `fillTemplate` takes
 */
export function useTemplates(own: ReadonlyMap<string, TemplateFile>): void {
  if (own.size === 0 && project.size === 0) return;
  project = own;
  templates = loadTemplates(new Map([...own].map(([name, { source }]) => [name, source])));
}

/**
 * Fills a template.
 *
 * @param name a page such as `report`, or a file of `templates/partials`; without extension
 * @throws Error if the template names a field that the context lacks, so that a misspelt field cannot leave the page
 * incomplete
 * @throws UserError `broken-template` in place of that Error, if the project has templates of its own
 */
export function fillTemplate(name: string, context: object): string {
  templates ??= loadTemplates();
  const template = templates.get(name);
  if (template === undefined) throw new Error(`Unknown template: ${name}.hbs`);
  try {
    // HTML cannot contain NUL: in some places a browser drops it, in others it replaces it.
    return template(context).replaceAll("\0", "\ufffd");
  } catch (error) {
    if (project.size === 0 || error instanceof UserError) throw error;
    throw describeMistake(error as Error);
  }
}

/**
 * Makes an error for a mistake in a project's template. Handlebars names only line and missing field, so the file is
 * found by searching for a file with this field in this line.
 */
function describeMistake(error: Error): UserError {
  const [, field, line = "1"] = /^"(.*?)" not defined in .* - (\d+):\d+$/s.exec(error.message) ?? [];
  const files = [...project.values()];
  const lineOf = ({ source }: TemplateFile): string => source.split("\n")[Number(line) - 1] ?? "";
  const file = files.find((each) => field !== undefined && lineOf(each).includes(field)) ?? files[0];
  const isLoop = error instanceof RangeError;
  const message = isLoop
    ? "A template includes itself without end."
    : field === undefined
      ? `The template cannot be filled: ${error.message}.`
      : `The template names \`${field}\`, which the page does not have.`;
  const hint = isLoop
    ? undefined
    : "Begin with a copy of Heapbook's template. Guard fields that may be missing with {{#if}}.";
  const position = file === undefined ? undefined : { file: file.file, line: Number(line) };
  return new UserError(message, { code: "broken-template", position, hint, cause: error });
}

/**
 * Puts HTML into a closed disclosure (`<details>`).
 * @param summary plain text
 */
export function renderFold(summary: string, content: string): string {
  return fillTemplate("fold", { summary, content: html(content) });
}
