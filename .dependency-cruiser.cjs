/**
 * Who may import whom, as docs/architecture.md draws it. Types may be imported more freely than code, since they are gone at
 * run time; the rules below speak of code unless they say otherwise.
 */
const within = (folder) => `^src/${folder}/`;

/** What cells may use of results/: statistics, comparisons, tables of lines, and how numbers are written. */
const ARITHMETIC =
  "^src/results/(statistics|rank-test|bootstrap|compare|comparison-text|lbo|pairs|verdict|format|units|flame-tree|line-difference|line-table|line-listing|line-statistics)[.]ts$";

/** A layer may import the code of these paths of src/ and of nothing else there. */
const layer = (name, from, allowed) => ({
  name,
  severity: "error",
  comment: `${name}: see "Layers" in docs/architecture.md`,
  from: { path: from },
  to: { path: "^src/", pathNot: [from, "^src/errors[.]ts$", ...allowed], dependencyTypesNot: ["type-only"] },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "harness-loads-only-built-ins",
      severity: "error",
      comment:
        "What is loaded into a measured process is measured. seedrandom is bundled into cells that ask for random numbers.",
      from: {
        path: within("harness"),
        pathNot: "^src/harness/library/(random|compare|tracemalloc|estimate|claim|lines)[.]ts$",
      },
      to: { pathNot: [within("harness")], dependencyTypesNot: ["core", "type-only"] },
    },
    {
      name: "harness-random-loads-seedrandom",
      severity: "error",
      from: { path: "^src/harness/library/random[.]ts$" },
      to: { pathNot: [within("harness"), "seedrandom"], dependencyTypesNot: ["core", "type-only"] },
    },
    {
      name: "harness-compare-loads-arithmetic",
      severity: "error",
      comment:
        "Comparisons, ratios and verdicts are the same in a cell and in Heapbook: both use the arithmetic of results/.",
      from: { path: "^src/harness/library/(compare|tracemalloc|estimate|claim|lines)[.]ts$" },
      to: { pathNot: [within("harness"), ARITHMETIC], dependencyTypesNot: ["core", "type-only"] },
    },
    {
      name: "arithmetic-loads-simple-statistics",
      severity: "error",
      comment: "It is bundled into the cells that compare, and so is what it uses of this one package.",
      from: { path: ARITHMETIC },
      to: { pathNot: [ARITHMETIC, "node_modules/simple-statistics/"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "built-ins-by-prefix-only-in-harness",
      severity: "error",
      comment: "The harness does not import Heapbook's own errors either.",
      from: { path: within("harness") },
      to: { path: "^src/errors[.]ts$" },
    },
    {
      name: "python-host-loads-only-the-channel",
      severity: "error",
      comment: "It loads Pyodide by its path, writes records as the harness does, and needs nothing else of ours.",
      from: { path: within("python") },
      to: { pathNot: [within("python"), "^src/harness/channel[.]ts$"], dependencyTypesNot: ["core", "type-only"] },
    },
    layer("document-is-pure", within("document"), []),
    {
      name: "document-reads-nothing",
      severity: "error",
      from: { path: within("document") },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    layer("allocation", within("allocation"), []),
    layer("bundle", within("bundle"), [within("allocation")]),
    {
      name: "markers-are-pure",
      severity: "error",
      comment: "Source in, marked source out: nothing is read and nothing is run.",
      from: { path: "^src/allocation/markers/" },
      to: {
        pathNot: [
          "^src/allocation/markers/",
          "^src/errors[.]ts$",
          "node_modules/(oxc-parser|@oxc-project|magic-string)/",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    layer("experiment", within("experiment"), [within("allocation")]),
    layer("results", within("results"), []),
    layer("chart", within("chart"), [within("results")]),
    layer("render", within("render"), [within("document"), within("results"), within("chart")]),
    layer("execution", within("execution"), [
      within("allocation"),
      within("bundle"),
      within("experiment"),
      within("results"),
    ]),
    layer("pipeline", "^src/(python-checks|tracing|trace-page|pipeline|drawing|checks|files)[.]ts$", [
      within("document"),
      within("bundle"),
      within("experiment"),
      within("execution"),
      within("results"),
      within("chart"),
      within("render"),
    ]),
    layer("commands", within("commands"), [
      "^src/(pipeline|tracing|trace-page)[.]ts$",
      "^src/experiment/(runtimes|runtime-install|pythons)[.]ts$",
      within("results"),
      within("render"),
    ]),
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
      name: "no-dev-dependencies",
      severity: "error",
      from: { path: "^src/" },
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
