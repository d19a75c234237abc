import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"), { recursive: true })
    .map((name) => `docs/${String(name)}`)
    .filter((name) => name.endsWith(".md")),
];
const architecture = read("docs/architecture.md");

/** Files and folders named in backticks; a name with a placeholder (`<probe>`, `*`) counts up to the folder before it. */
function namedPaths(page: string): string[] {
  const names = [...page.matchAll(/`((?:src|test|templates|scripts|docs|reports)\/[^`\s]*)`/g)];
  return names.map(([, name = ""]) => name.replace(/[^/]*[<*{].*$/, ""));
}

test.each(PAGES)("every path that %s names exists", (page) => {
  expect(namedPaths(read(page)).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

function anchorsOf(page: string): Set<string> {
  return new Set([...page.matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = ""]) => anchorOf(heading)));
}

test.each(PAGES)("every link of %s within the repository leads somewhere", (page) => {
  const prose = read(page)
    .replace(/^(`{3,})[^\n]*\n.*?^\1$/gms, "")
    // Code, which may hold shorter runs of backticks.
    .replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/gs, "");
  const links = [...prose.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.filter(([, file = "", anchor]) => {
    const target = file === "" ? page : join(dirname(page), file);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** Rooms of src/ in the order of the table, which is that of the graph. */
const rooms = [...architecture.matchAll(/^\| `src\/(\w+)\/` \|/gm)].map(([, room = ""]) => room);

test("the table of rooms has every folder of src/, once", () => {
  const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...rooms].sort()).toEqual(folders.map(({ name }) => name).sort());
});

const arrows = [...architecture.matchAll(/^ {2}([\w.]+) --> ([\w.]+)$/gm)].map(
  ([, from = "", to = ""]) => [from, to] as const,
);

/** Everything that a room reaches by arrows of the graph. */
function reach(room: string): Set<string> {
  const found = new Set<string>();
  const visit = (from: string): void => {
    for (const [start, to] of arrows) {
      if (start !== from || found.has(to)) continue;
      found.add(to);
      visit(to);
    }
  };
  visit(room);
  return found;
}

test("no arrow of the import graph points upwards", () => {
  const order = ["cli.ts", "index.ts", ...rooms];
  expect(arrows.filter(([from, to]) => order.indexOf(from) >= order.indexOf(to))).toEqual([]);
});

/** The rooms, or files of no room, that the files of a folder import. */
function importsOf(folder: string): Set<string> {
  const names = readdirSync(join(root, "src", folder), { recursive: true }).map(String);
  const files = names.filter((name) => /\.ts$/.test(name)).map((name) => join("src", folder, name));
  const targets = files.flatMap((file) =>
    [...read(file).matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)].map(([, target = ""]) =>
      relative("src", join(dirname(file), target)),
    ),
  );
  return new Set(targets.map((target) => target.split("/")[0] ?? ""));
}

test.each(rooms)("the import graph shows all that %s imports", (room) => {
  const open = new Set([
    "errors.ts",
    "esbuild.ts",
    "files.ts",
    "git.ts",
    "language.ts",
    "temporary-folder.ts",
    "model",
    room,
  ]);
  const allowed = reach(room);
  expect([...importsOf(room)].filter((target) => !open.has(target) && !allowed.has(target))).toEqual([]);
});

test("a symbol that docs/architecture.md places in a file is defined there", () => {
  const named = [...read("docs/architecture.md").matchAll(/`(\w+)`(?:\(\))? in `(src\/[\w/.-]+\.ts)`/g)];
  expect(named.length).toBeGreaterThan(4);
  const missing = named.filter(([, symbol = "", file = ""]) => {
    return !new RegExp(`\\b(?:function|const|class|interface|type) ${symbol}\\b`).test(read(file));
  });
  expect(missing.map(([text]) => text)).toEqual([]);
});
