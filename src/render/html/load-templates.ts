import { basename } from "node:path";
import Handlebars from "handlebars";
import { listAssets, readAsset } from "../assets.ts";

/** Handlebars options of every template. `strict`: a template that names a missing field is an error. */
export const TEMPLATE_OPTIONS = { strict: true, preventIndent: true };

/** Templates of whole pages: a report, the index of a site, and the 404 page. */
const PAGES = ["report.hbs", "site.hbs", "not-found.hbs"];

/** Sources of all templates in `templates/`, by name without extension: pages and partials. */
export function readTemplates(): ReadonlyMap<string, string> {
  const partials = listAssets("partials/").filter((file) => file.endsWith(".hbs"));
  const files = [...partials.map((file) => `partials/${file}`), ...PAGES];
  return new Map(files.map((file) => [basename(file, ".hbs"), readAsset(file)]));
}

/**
 * Loads all templates, by name. Handlebars compiles a template at its first use. `npm run build` replaces this module
 * by compiled templates (scripts/compiled-templates.mjs), because compiling took a fifth of a render in which nothing
 * changed.
 * @param own sources of the project's templates, by name, which replace Heapbook's templates
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
