import Handlebars from "handlebars";
import { loadTemplates } from "./load-templates.ts";

/** HTML that this folder made. Templates insert it unescaped, and escape every other string. */
export type Html = Handlebars.SafeString;

/** Marks a string as HTML, so that templates insert it unescaped. */
export function html(source: string): Html {
  return new Handlebars.SafeString(source);
}

let templates: ReadonlyMap<string, HandlebarsTemplateDelegate> | undefined;

/**
 * Fills a template: `report`, or one of `templates/partials` by its name without extension.
 *
 * @throws Error when the context lacks a field that the template names, so that a misspelt field cannot leave the page incomplete
 */
export function fillTemplate(name: string, context: object): string {
  templates ??= loadTemplates();
  const template = templates.get(name);
  if (template === undefined) throw new Error(`Unknown template: ${name}.hbs`);
  return template(context);
}

/** HTML in a disclosure (`<details>`) that is closed at first. @param summary plain text */
export function renderFold(summary: string, content: string): string {
  return fillTemplate("fold", { summary, content: html(content) });
}
