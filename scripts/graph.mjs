/**
 * Prints which room of src/ imports which, as a Mermaid flow chart from top to bottom: `npm run graph`. Arrows that follow from
 * others are left away, as are arrows to `errors.ts`, `esbuild.ts`, `files.ts`, `git.ts`, `language.ts`, `temporary-folder.ts` and `model/`, which every room may import; `npm run graph -- --all` prints
 * every arrow. docs/architecture.md holds a copy.
 */
import { createRequire } from "node:module";
import { cruise } from "dependency-cruiser";

const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
const all = process.argv.includes("--all");
const roomOf = (path) => path.split("/")[1];

const { output } = await cruise(["src"], { ...config.options, includeOnly: "^src/", collapse: "^src/[^/]+" });
const imports = new Map();
for (const { source, dependencies } of output.modules) {
  const targets = dependencies.map(({ resolved }) => roomOf(resolved)).filter((room) => room !== roomOf(source));
  if (
    all ||
    !["errors.ts", "esbuild.ts", "files.ts", "git.ts", "language.ts", "temporary-folder.ts", "model"].includes(
      roomOf(source),
    )
  )
    imports.set(roomOf(source), new Set(targets));
}

/** All that a room reaches by the arrows of others. */
function reach(room, seen = new Set()) {
  for (const next of imports.get(room) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reach(next, seen);
  }
  return seen;
}

const shown = (from, to) =>
  imports.has(to) && (all || ![...imports.get(from)].some((other) => other !== to && reach(other).has(to)));
const arrows = [...imports].flatMap(([from, targets]) =>
  [...targets].filter((to) => shown(from, to)).map((to) => `  ${from} --> ${to}`),
);
process.stdout.write(`${["flowchart TD", ...arrows.sort()].join("\n")}\n`);
