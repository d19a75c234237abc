/**
 * Who may import whom, as "Rooms" in docs/architecture.md draws it. Rules speak of folders. A type counts like code: an arrow of
 * types alone already makes a reader open both folders.
 */

/** Rooms of src/ from top to bottom, each with the rooms below it that it may import. `errors.ts`, `esbuild.ts`, `files.ts`, `git.ts`, `language.ts` and `temporary-folder.ts` are open to all but the measured process. */
const ROOMS = {
  commands: [
    "convert",
    "trace",
    "document",
    "browser",
    "preview",
    "site",
    "pipeline",
    "render",
    "diff",
    "experiment",
    "runtimes",
    "results",
    "store",
    "words",
    "analysis",
    "model",
  ],
  convert: ["render", "document", "model"],
  trace: ["render", "chart", "experiment", "process", "runtimes", "bundle", "document", "analysis", "model"],
  preview: ["pipeline", "render"],
  site: ["render", "document", "words", "store", "model"],
  pipeline: [
    "browser",
    "render",
    "chart",
    "experiment",
    "process",
    "runtimes",
    "bundle",
    "document",
    "results",
    "store",
    "model",
  ],
  browser: [],
  render: ["chart", "diff", "document", "results", "words", "analysis", "model"],
  chart: ["words", "analysis", "model"],
  experiment: ["process", "runtimes", "bundle", "document", "allocation", "results", "store", "model"],
  process: ["runtimes", "allocation", "store", "model"],
  runtimes: ["store", "model"],
  bundle: ["document", "allocation", "store", "model"],
  document: ["model"],
  allocation: ["model"],
  diff: ["results", "analysis", "model"],
  results: ["words", "analysis", "model"],
  store: ["model"],
  library: ["analysis", "harness", "model"],
  analysis: ["model"],
  words: ["analysis"],
  python: ["harness", "model"],
  harness: ["model"],
  model: [],
};

/** Rooms within a room, in the same order. */
const INNER = {
  render: {
    // One folder a format. The text of a notebook is Markdown, and a PDF is a printed page; other formats do not import each other.
    html: ["components", "prose", "expressions", "text"],
    markdown: ["components", "prose", "expressions", "text"],
    pdf: ["html", "components", "prose", "expressions", "text"],
    notebook: ["markdown", "components", "prose", "expressions", "text"],
    // What every format needs.
    components: ["expressions", "text"],
    prose: ["text"],
    expressions: ["text"],
    text: [],
  },
  chart: {
    kinds: ["parts", "layout"],
    parts: ["layout"],
    vega: ["layout"],
    layout: [],
  },
  allocation: { instrument: [] },
  analysis: { lines: [] },
};

/** Packages that may be loaded where most may not, because they are bundled into cells or parse what cells are made of. */
const PACKAGES = {
  analysis: ["simple-statistics"],
  library: ["seedrandom"],
  harness: [],
  model: [],
  python: [],
};

const within = (folder) => `^src/${folder}/`;

/** A room may import these rooms, files of src/ that lie in no room where `open` names them, and nothing else of src/. */
const room = (name, allowed, open = "^src/(?:errors|esbuild|files|git|language|temporary-folder)[.]ts$") => ({
  name: `room-${name.replace("/", "-")}`,
  severity: "error",
  comment: `${name} may import ${allowed.join(", ") || "no other room"}: see "Rooms" in docs/architecture.md`,
  from: { path: within(name) },
  to: { path: "^src/", pathNot: [within(name), open, ...allowed.map(within)] },
});

/** Of a room with rooms in it: files outside of these are open to them, except the files that put the room together. */
const innerRooms = (outer, rooms) =>
  Object.entries(rooms).map(([name, allowed]) => ({
    name: `room-${outer}-${name}`,
    severity: "error",
    comment: `${outer}/${name} may import ${allowed.join(", ") || "no other room"} of ${outer}/`,
    from: { path: within(`${outer}/${name}`) },
    to: {
      path: Object.keys(rooms)
        .filter((each) => each !== name && !allowed.includes(each))
        .map((each) => within(`${outer}/${each}`)),
    },
  }));

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    ...Object.entries(ROOMS).map(([name, allowed]) =>
      ["harness", "library", "analysis", "model", "python"].includes(name)
        ? room(name, allowed, "^$")
        : room(name, allowed),
    ),
    ...Object.entries(INNER).flatMap(([outer, rooms]) =>
      Object.keys(rooms).length < 2 ? [] : innerRooms(outer, rooms),
    ),
    ...Object.entries(PACKAGES).map(([name, packages]) => ({
      name: `packages-of-${name}`,
      severity: "error",
      comment: "What is loaded into a measured process, or bundled into a cell, is measured.",
      from: { path: within(name) },
      to: {
        pathNot: ["^src/", ...packages.map((each) => `node_modules/(@types/)?${each}/`)],
        dependencyTypesNot: ["core", "type-only"],
      },
    })),
    {
      name: "no-import-of-util",
      severity: "error",
      comment: "process.getBuiltinModule() runs none of its getters: an import makes process.stderr, from Node 22 on.",
      from: { path: within("harness") },
      to: { path: "^(node:)?util$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "document-reads-nothing",
      severity: "error",
      from: { path: within("document") },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "instrumentation-is-pure",
      severity: "error",
      comment: "Source in, instrumented source out: nothing is read and nothing is run.",
      from: { path: within("allocation/instrument") },
      to: {
        pathNot: [
          within("allocation/instrument"),
          within("model"),
          "^src/errors[.]ts$",
          "node_modules/(oxc-parser|@oxc-project|magic-string)/",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "only-cli-imports-commands",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/cli[.]ts$", within("commands")] },
      to: { path: within("commands") },
    },
    { name: "nothing-imports-cli", severity: "error", from: { path: "^src/" }, to: { path: "^src/cli[.]ts$" } },
    {
      name: "index-is-the-only-barrel",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli[.]ts$" },
      to: { path: "^src/index[.]ts$" },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: {
        orphan: true,
        path: "^src/",
        pathNot: [
          "[.]d[.]ts$",
          "^src/(cli|index)[.]ts$",
          "^src/harness/(main|markers)[.]ts$",
          "^src/python/pyodide[.]ts$",
        ],
      },
      to: {},
    },
    {
      // What `npm run build` bundles may come from development dependencies: scripts/bundle.mjs checks what is left. These rooms are
      // not bundled there: cells and measured processes load them.
      name: "no-dev-dependencies",
      severity: "error",
      from: { path: "^src/(?:library|analysis|model|harness|python)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "node_modules/@types/" },
    },
    {
      name: "no-undeclared-dependencies",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
