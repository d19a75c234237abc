/**
 * The second step of `npm run build`: puts the command line and what it imports into a few files, because resolving and
 * reading some four hundred small ones is most of the time that a render in which nothing changed would take.
 *
 * dist/cli.js is overwritten; everything it imports lazily goes to dist/bundled/, one folder below dist/ as every module
 * of tsc's output is, so that paths relative to a module stay right. The cell library is not touched: it is bundled into
 * cells as tsc wrote it.
 *
 * The harness becomes one file, and one more for each probe: every module that Node loads from a file of its own takes some
 * 30 KB of the heap that is measured, and a millisecond of every trial.
 *
 * What runs inside a Python is copied.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compiledTemplates } from "./compiled-templates.mjs";
import { minifiedAssets } from "./minified-assets.mjs";
import { specProperties } from "./spec-properties.mjs";
import { vegaVersions } from "./vega-versions.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundled = join(root, "dist", "bundled");
const require = createRequire(import.meta.url);

/** citation-js brings a client of HTTP for sources by address, which no report has. */
const noNetwork = {
  name: "no-network",
  setup(build) {
    // The form that Node loads: in the other one (`module`), the packages have no logger.
    build.onResolve({ filter: /^@citation-js\// }, ({ path }) => ({ path: require.resolve(path) }));
    build.onResolve({ filter: /^(?:node-fetch|sync-fetch)$/ }, ({ path }) => ({ path, namespace: "no-network" }));
    build.onLoad({ filter: /.*/, namespace: "no-network" }, () => ({
      contents: `export default function fetch() { throw new Error("reports are rendered without network access"); }
export class Headers {}`,
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  // The interface for programs and the process that draws charts, with its thread, share the files of the command line.
  entryPoints: ["dist/cli.js", "dist/index.js", "dist/chart/drawing-host.js", "dist/chart/drawing-worker.js"],
  outdir: "dist",
  allowOverwrite: true,
  chunkNames: "bundled/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // esbuild starts a binary that it finds beside itself. The license of citeproc (CPAL) asks that its files stay its own.
  external: ["esbuild", "citeproc"],
  plugins: [compiledTemplates(), minifiedAssets(root), specProperties(), vegaVersions(), noNetwork],
  // CommonJS packages in it ask for `require`.
  banner: {
    js: 'import { createRequire as heapbookCreateRequire } from "node:module"; const require = heapbookCreateRequire(import.meta.url);',
  },
  legalComments: "none",
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: "warning",
  // An import for its effect that package.json forgets in `sideEffects` would be left out.
  logOverride: { "ignored-bare-import": "error" },
});

/** Packages that others use where they are installed, and do without. */
const OPTIONAL = new Set(["canvas", "picomatch"]);

/** @throws Error where the bundle loads a package that its user would not have */
function checkExternals({ outputs }) {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [output, { imports }] of Object.entries(outputs))
    for (const { path, external } of imports)
      if (external && !isBuiltin(path) && !Object.hasOwn(dependencies, path) && !OPTIONAL.has(path))
        throw new Error(`${output} loads ${path}, which is no dependency of the package`);
}
checkExternals(metafile);

const harness = await build({
  absWorkingDir: root,
  entryPoints: ["dist/harness/main.js"],
  outdir: "dist/harness",
  allowOverwrite: true,
  chunkNames: "bundled/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: "warning",
  // An import for its effect that package.json forgets in `sideEffects` would be left out.
  logOverride: { "ignored-bare-import": "error" },
});

// What processes that a cell starts load first: one file, which shares none with the harness, so that the harness stays as it is.
await build({
  absWorkingDir: root,
  entryPoints: ["dist/harness/observing/child.js"],
  outfile: "dist/harness/observe-child.cjs",
  bundle: true,
  // A worker thread that evaluates its code loads CommonJS first, and no ES module.
  format: "cjs",
  banner: { js: 'const observeChild = require("node:url").pathToFileURL(__filename).href;' },
  define: { "import.meta.url": "observeChild" },
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
  // An import for its effect that package.json forgets in `sideEffects` would be left out.
  logOverride: { "ignored-bare-import": "error" },
});

/**
 * Built-ins as copies of their exports: a program that replaces a function of `node:fs` must not replace Heapbook's. `node:module` is
 * the module itself, whose functions Heapbook replaces.
 */
const ownBuiltins = {
  name: "own-builtins",
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === "own" || path === "node:module" ? { path, external: true } : { path, namespace: "own" },
    );
    build.onLoad({ filter: /.*/, namespace: "own" }, ({ path }) => ({
      contents: `module.exports = { ...require(${JSON.stringify(path)}) };`,
      resolveDir: root,
    }));
  },
};

/** Globals as they are before the program's code runs, which may replace them. None is one that Node loads when it is read. */
const GLOBALS = `Array,Atomics,Buffer,Date,Error,Float64Array,Function,Int32Array,JSON,Map,Math,Number,Object,Promise,Reflect,
  RangeError,Set,SharedArrayBuffer,String,Symbol,SyntaxError,TypeError,URL,Uint8Array,WeakMap,WeakSet,clearTimeout,
  encodeURIComponent,process,queueMicrotask,setImmediate,setTimeout`;

// What a traced program loads before its own code: `--require` takes CommonJS.
const engines = ["tracker", "sampler", "meter"];
await build({
  absWorkingDir: root,
  entryPoints: engines.map((engine) => `dist/harness/program/preload-${engine}.js`),
  outdir: "dist/harness/program",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  // Syntax stays: names of function expressions would go, and `heapbookCalls` (src/model/program-records.ts) says whose an allocation is.
  minifyWhitespace: true,
  banner: {
    js: `const heapbookUrl = require("node:url").pathToFileURL(__filename).href;const {${GLOBALS.replace(/\s/g, "")}} = globalThis;`,
  },
  define: { "import.meta.url": "heapbookUrl" },
  plugins: [ownBuiltins],
  logLevel: "warning",
  // An import for its effect that package.json forgets in `sideEffects` would be left out.
  logOverride: { "ignored-bare-import": "error" },
});
for (const engine of engines) {
  const file = `dist/harness/program/preload-${engine}.cjs`;
  if (!readFileSync(join(root, file), "utf8").includes("function heapbookCalls("))
    throw new Error(`${file} has lost the names of the functions that call the program`);
}
await build({
  absWorkingDir: root,
  entryPoints: ["dist/harness/program/hooks.js", "dist/harness/program/call-export.js"],
  outdir: "dist/harness/program",
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
  // An import for its effect that package.json forgets in `sideEffects` would be left out.
  logOverride: { "ignored-bare-import": "error" },
});

/** The script of pages with interactive charts: Vega without what Vega-Lite does not use. */
await build({
  absWorkingDir: root,
  entryPoints: ["templates/js/charts.js"],
  outfile: "dist/pages/charts.js",
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  minify: true,
  // `</script` would end the script of the page.
  supported: { "inline-script": false },
  banner: {
    js: "/* Vega, copyright University of Washington Interactive Data Lab, BSD-3-Clause: https://github.com/vega/vega; D3, copyright Mike Bostock, ISC: https://d3js.org */",
  },
  legalComments: "none",
  logLevel: "warning",
  // An import for its effect that package.json forgets in `sideEffects` would be left out.
  logOverride: { "ignored-bare-import": "error" },
});

/** Files of an earlier build go last: a program that runs meanwhile still finds its own. */
function removeOthers(folder, { outputs }) {
  const written = new Set(Object.keys(outputs).map((path) => basename(path)));
  for (const name of readdirSync(folder)) if (!written.has(name)) rmSync(join(folder, name));
}
removeOthers(bundled, metafile);
removeOthers(join(root, "dist", "harness", "bundled"), harness.metafile);

const python = join(root, "dist", "python");
for (const name of readdirSync(python, { recursive: true })) {
  if (name.endsWith(".py")) rmSync(join(python, name));
}
cpSync(join(root, "src", "python"), python, {
  recursive: true,
  filter: (path) => !path.includes("__pycache__") && !path.endsWith(".ts"),
});

/** The licences of the packages that are now part of these files. */
const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
);
const notices = [...packages].sort().map((name) => {
  const folder = join(root, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text =
    file !== undefined && existsSync(join(folder, file))
      ? readFileSync(join(folder, file), "utf8").trim()
      : `Licence: ${license}`;
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(bundled, "THIRD-PARTY-LICENSES.txt"), notices.join(`\n${"-".repeat(72)}\n\n`));
