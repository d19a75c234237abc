/** Puts minified style sheets and scripts into the bundle of the command line, in place of the module that has none. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";

const MODULE = /[/\\]render[/\\]minified-assets\.js$/;

/** Scripts that are bundled with their packages instead. */
const BUNDLED = new Set(["js/charts.js", "js/site-search.js", "js/fold.js"]);

/** [path, minified text] of the style sheets and scripts in `templates/`. */
async function minifyAll(templates) {
  const paths = ["css", "js"].flatMap((folder) =>
    readdirSync(join(templates, folder)).map((file) => `${folder}/${file}`),
  );
  return Promise.all(
    paths
      .filter((path) => !BUNDLED.has(path))
      .map(async (path) => {
        const loader = path.endsWith(".css") ? "css" : "js";
        const source = readFileSync(join(templates, path), "utf8");
        // Style sheets keep their syntax for the newest browsers: an older form of `light-dark()` does not exist.
        const target = loader === "css" ? "esnext" : "es2022";
        const { code } = await transform(source, { loader, minify: true, target });
        return [path, code];
      }),
  );
}

/** @param root the folder of the package */
export function minifiedAssets(root) {
  return {
    name: "minified-assets",
    setup(build) {
      build.onLoad({ filter: MODULE }, async () => {
        const texts = await minifyAll(join(root, "templates"));
        return { contents: `export const MINIFIED = new Map(${JSON.stringify(texts)});`, loader: "js" };
      });
    },
  };
}
