import Handlebars from "handlebars";
import { listAssets, readAsset } from "../assets.ts";

/** Options of every template; `strict` makes a field that the context lacks an error. */
export const TEMPLATE_OPTIONS = { strict: true, preventIndent: true };

/**
 * Reads the templates: `report`, and those of `templates/partials`, by name without extension. Handlebars compiles a template at its
 * first use. The build of the command line puts compiled templates in place of this module (scripts/compiled-templates.mjs), because
 * compiling took a fifth of a render in which nothing changed.
 */
export function loadTemplates(): ReadonlyMap<string, HandlebarsTemplateDelegate> {
  const engine = Handlebars.create();
  const loaded = new Map<string, HandlebarsTemplateDelegate>();
  const load = (name: string, path: string): void => {
    const template = engine.compile(readAsset(path), TEMPLATE_OPTIONS);
    engine.registerPartial(name, template);
    loaded.set(name, template);
  };
  for (const file of listAssets("partials/")) {
    if (file.endsWith(".hbs")) load(file.slice(0, -".hbs".length), `partials/${file}`);
  }
  load("report", "report.hbs");
  return loaded;
}
