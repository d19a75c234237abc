/** Puts compiled templates into the bundle of the command line, in place of the module that compiles them in every process. */
import { pathToFileURL } from "node:url";
import Handlebars from "handlebars";

const MODULE = /[/\\]render[/\\]html[/\\]load-templates\.js$/;

/** Code of a module with the exports of src/render/html/load-templates.ts. */
function moduleOf(sources, options) {
  const specifications = [...sources].map(
    ([name, source]) => `${JSON.stringify(name)}: ${Handlebars.precompile(source, options)}`,
  );
  return `import Handlebars from "handlebars";
export function loadTemplates(own = new Map()) {
  const engine = Handlebars.create();
  const specifications = {${specifications.join(",\n")}};
  const loaded = new Map();
  const add = (name, template) => {
    engine.registerPartial(name, template);
    loaded.set(name, template);
  };
  for (const [name, specification] of Object.entries(specifications)) add(name, engine.template(specification));
  for (const [name, source] of own) add(name, engine.compile(source, ${JSON.stringify(options)}));
  return loaded;
}`;
}

export function compiledTemplates() {
  return {
    name: "compiled-templates",
    setup(build) {
      build.onLoad({ filter: MODULE }, async ({ path }) => {
        const { readTemplates, TEMPLATE_OPTIONS } = await import(pathToFileURL(path).href);
        return { contents: moduleOf(readTemplates(), TEMPLATE_OPTIONS), loader: "js" };
      });
    },
  };
}
