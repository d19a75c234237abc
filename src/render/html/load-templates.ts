import { basename } from "node:path";
import Handlebars from "handlebars";
import { listAssets, readAsset } from "../assets.ts";

/** Options of every template; `strict` makes a field that the context lacks an error. */
export const TEMPLATE_OPTIONS = { strict: true, preventIndent: true };

/** Templates of whole pages: a report, the index of a site, and the page of a missing address. */
const PAGES = ["report.hbs", "site.hbs", "not-found.hbs"];

/** Sources of the templates, by name without extension: those of `templates/partials`, and those of pages. */
export function readTemplates(): ReadonlyMap<string, string> {
  const partials = listAssets("partials/").filter((file) => file.endsWith(".hbs"));
  const files = [...partials.map((file) => `partials/${file}`), ...PAGES];
  return new Map(files.map((file) => [basename(file, ".hbs"), readAsset(file)]));
}

/**
 * Loads all templates, by name; those of `own`, sources by name, in place of Heapbook's. Handlebars compiles a template at its first use. The build of the command line puts compiled templates in place of this module (scripts/compiled-templates.mjs), because
 * compiling took a fifth of a render in which nothing changed.
 */
export function loadTemplates(
  own: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, HandlebarsTemplateDelegate> {
  const engine = Handlebars.create();
  const loaded = new Map<string, HandlebarsTemplateDelegate>();
  for (const [name, source] of [...readTemplates(), ...own]) {
    const template = engine.compile(source, TEMPLATE_OPTIONS);
    engine.registerPartial(name, template);
    loaded.set(name, template);
  }
  return loaded;
}
