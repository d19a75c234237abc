import { basename } from "node:path";
import Handlebars from "handlebars";
import { listAssets, readAsset } from "../assets.ts";

/** Options of every template; `strict` makes a field that the context lacks an error. */
export const TEMPLATE_OPTIONS = { strict: true, preventIndent: true };

/** Sources of the templates, by name without extension: those of `templates/partials`, and `report`. */
export function readTemplates(): ReadonlyMap<string, string> {
  const partials = listAssets("partials/").filter((file) => file.endsWith(".hbs"));
  const files = [...partials.map((file) => `partials/${file}`), "report.hbs"];
  return new Map(files.map((file) => [basename(file, ".hbs"), readAsset(file)]));
}

/**
 * Loads all templates, by name. Handlebars compiles a template at its first use. The build of the command line puts compiled templates in place of this module (scripts/compiled-templates.mjs), because
 * compiling took a fifth of a render in which nothing changed.
 */
export function loadTemplates(): ReadonlyMap<string, HandlebarsTemplateDelegate> {
  const engine = Handlebars.create();
  const loaded = new Map<string, HandlebarsTemplateDelegate>();
  for (const [name, source] of readTemplates()) {
    const template = engine.compile(source, TEMPLATE_OPTIONS);
    engine.registerPartial(name, template);
    loaded.set(name, template);
  }
  return loaded;
}
