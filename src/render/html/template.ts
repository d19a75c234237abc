import Handlebars from "handlebars";
import { UserError } from "../../errors.ts";
import { loadTemplates } from "./load-templates.ts";

/** HTML that this folder made. Templates insert it unescaped, and escape every other string. */
export type Html = Handlebars.SafeString;

/** Marks a string as HTML, so that templates insert it unescaped. */
export function html(source: string): Html {
  return new Handlebars.SafeString(source);
}

/** A template of the project. */
export interface TemplateFile {
  /** As messages name it. */
  readonly file: string;
  readonly source: string;
}

let templates: ReadonlyMap<string, HandlebarsTemplateDelegate> | undefined;
let project: ReadonlyMap<string, TemplateFile> = new Map();

/** Puts templates of the project in place of those of the same names, until the next call. Names: as of `fillTemplate`. */
export function useTemplates(own: ReadonlyMap<string, TemplateFile>): void {
  if (own.size === 0 && project.size === 0) return;
  project = own;
  templates = loadTemplates(new Map([...own].map(([name, { source }]) => [name, source])));
}

/**
 * Fills a template: a page such as `report`, or one of `templates/partials` by its name without extension.
 *
 * @throws Error when the context lacks a field that the template names, so that a misspelt field cannot leave the page incomplete
 * @throws UserError `broken-template` where that template is the project's
 */
export function fillTemplate(name: string, context: object): string {
  templates ??= loadTemplates();
  const template = templates.get(name);
  if (template === undefined) throw new Error(`Unknown template: ${name}.hbs`);
  try {
    // HTML has no NUL: a browser drops it in one place and replaces it in another.
    return template(context).replaceAll("\0", "\ufffd");
  } catch (error) {
    if (project.size === 0 || error instanceof UserError) throw error;
    throw describeMistake(error as Error);
  }
}

/** Handlebars names the line and the missing field, and not the file: a file that has the field in that line. */
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

/** HTML in a disclosure (`<details>`) that is closed at first. @param summary plain text */
export function renderFold(summary: string, content: string): string {
  return fillTemplate("fold", { summary, content: html(content) });
}
