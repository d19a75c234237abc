import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { withEsbuild } from "../esbuild.ts";
import type { TextCache } from "../model/text-cache.ts";
import { readAsset } from "../render/assets.ts";

/** The MIT license requires this notice in every copy of the library. */
const NOTICE = "/* MiniSearch, copyright Luca Ongaro, MIT license: https://github.com/lucaong/minisearch */\n";

/**
 * The script that searches the index: `templates/js/site-search.js` bundled with MiniSearch. Cached until either of
 * them changes.
 */
export function searchScript(cache: TextCache): string {
  const source = `${readAsset("js/fold.js")}${readAsset("js/site-search.js")}`;
  const library = createRequire(import.meta.url).resolve("minisearch");
  const key = `site-search-${createHash("sha256").update(source).update(readFileSync(library)).digest("hex")}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const { outputFiles } = withEsbuild(({ buildSync }) =>
    buildSync({
      stdin: { contents: source, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "js" },
      bundle: true,
      format: "iife",
      target: "es2022",
      minify: true,
      legalComments: "none",
      write: false,
      logLevel: "silent",
    }),
  );
  const script = NOTICE + (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
  cache.set(key, script);
  return script;
}
