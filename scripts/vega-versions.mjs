/** Puts the versions of the bundled Vega and Vega-Lite into the bundle of the command line: its user has neither package. */
import { pathToFileURL } from "node:url";

const MODULE = /[/\\]chart[/\\]vega[/\\]versions\.js$/;

export function vegaVersions() {
  return {
    name: "vega-versions",
    setup(build) {
      build.onLoad({ filter: MODULE }, async ({ path }) => {
        const made = await import(pathToFileURL(path).href);
        return { contents: `export const vegaVersions = () => ${JSON.stringify(made.vegaVersions())};`, loader: "js" };
      });
    },
  };
}
