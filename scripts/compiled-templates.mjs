/** Puts compiled templates into the bundle of the command line, in place of the module that compiles them in every process. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import Handlebars from "handlebars";

const MODULE = /[/\\]render[/\\]html[/\\]load-templates\.js$/;

function listTemplates(folder) {
  const partials = readdirSync(join(folder, "partials")).filter((file) => file.endsWith(".hbs"));
  return [...partials.sort().map((file) => join("partials", file)), "report.hbs"];
}

/** Code of a module with the exports of src/render/html/load-templates.ts. */
function moduleOf(folder, options) {
  const specifications = listTemplates(folder).map((file) => {
    const source = readFileSync(join(folder, file), "utf8");
    return `${JSON.stringify(basename(file, ".hbs"))}: ${Handlebars.precompile(source, options)}`;
  });
  return `import Handlebars from "handlebars";
export function loadTemplates() {
  const engine = Handlebars.create();
  const specifications = {${specifications.join(",\n")}};
  return new Map(Object.entries(specifications).map(([name, specification]) => {
    const template = engine.template(specification);
    engine.registerPartial(name, template);
    return [name, template];
  }));
}`;
}

/** @param templates the folder `templates/` */
export function compiledTemplates(templates) {
  return {
    name: "compiled-templates",
    setup(build) {
      build.onLoad({ filter: MODULE }, async ({ path }) => {
        const { TEMPLATE_OPTIONS } = await import(pathToFileURL(path).href);
        return { contents: moduleOf(templates, TEMPLATE_OPTIONS), loader: "js" };
      });
    },
  };
}
