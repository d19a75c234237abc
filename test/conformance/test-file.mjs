/** Reading of test262's files: their front matter, and the modes in which each of them runs. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";

/** Paths of all tests below a file or folder, in order. Files of `_FIXTURE` are parts of other tests. */
export function listTests(path) {
  if (path.endsWith(".js")) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return listTests(inner);
      return entry.name.endsWith(".js") && !entry.name.includes("_FIXTURE") ? [inner] : [];
    });
}

/** The modes in which a test runs: `sloppy` and `strict` are scripts. */
function modesOf(flags) {
  if (flags.has("module")) return ["module"];
  if (flags.has("onlyStrict")) return ["strict"];
  return flags.has("noStrict") || flags.has("raw") ? ["sloppy"] : ["sloppy", "strict"];
}

/** A test of test262 as its front matter describes it. */
export function readTest(path, root) {
  const source = readFileSync(path, "utf8");
  const { flags = [], includes = [], negative } = parse(/\/\*---(.*?)---\*\//s.exec(source)?.[1] ?? "{}");
  const set = new Set(flags);
  return {
    name: relative(root, path),
    path,
    source,
    modes: modesOf(set),
    isAsync: set.has("async"),
    isRaw: set.has("raw"),
    // Another agent is another thread, and a program that blocks would block this one.
    isSkipped: set.has("CanBlockIsFalse") || /\$262\.agent|\bAtomics\.wait/.test(source),
    includes: set.has("raw")
      ? []
      : ["assert.js", "sta.js", ...(set.has("async") ? ["doneprintHandle.js"] : []), ...includes],
    negative,
  };
}
