import { readdirSync, readFileSync } from "node:fs";
import Handlebars from "handlebars";

/** The package's templates: `src/render/html` and `dist/render/html` lie equally deep. */
const FOLDER = new URL("../../../templates/", import.meta.url);

/** HTML that is safe to insert as it is, because this folder made it. Everything else is escaped by the templates. */
export type Html = Handlebars.SafeString;

/** Marks HTML made here, so that a template inserts it unescaped. */
export function html(source: string): Html {
  return new Handlebars.SafeString(source);
}

let templates: ReadonlyMap<string, HandlebarsTemplateDelegate> | undefined;

/**
 * Fills the template of that name, `report` or one of `templates/partials`. A field that a template names and the
 * context lacks is an error, so that a misspelt one cannot leave a hole in the page.
 */
export function fillTemplate(name: string, context: object): string {
  templates ??= loadTemplates();
  const template = templates.get(name);
  if (template === undefined) throw new Error(`There is no template ${name}.hbs.`);
  return template(context);
}

/** HTML in a disclosure that is closed at first; it opens without a script. */
export function renderFold(summary: string, content: string): string {
  return fillTemplate("fold", { summary, content: html(content) });
}

/** A file of `templates/`, such as `css/report.css`. */
export function readAsset(path: string): string {
  return readFileSync(new URL(path, FOLDER), "utf8");
}

/** Compilation is lazy: a template that a report does not need costs the reading of its file. */
function loadTemplates(): ReadonlyMap<string, HandlebarsTemplateDelegate> {
  const engine = Handlebars.create();
  const loaded = new Map<string, HandlebarsTemplateDelegate>();
  const load = (name: string, path: string): void => {
    const template = engine.compile(readAsset(path), { strict: true, preventIndent: true });
    engine.registerPartial(name, template);
    loaded.set(name, template);
  };
  for (const file of readdirSync(new URL("partials/", FOLDER)).sort()) {
    if (file.endsWith(".hbs")) load(file.slice(0, -".hbs".length), `partials/${file}`);
  }
  load("report", "report.hbs");
  return loaded;
}
