import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { instrument } from "../../src/allocation/instrument/instrument.ts";
import type { InstrumentResult } from "../../src/allocation/instrument/types.ts";
import { linesFlags } from "../../src/experiment/probe-flags.ts";
import type { Engine } from "../../src/model/instrumentation.ts";
import { FIRST_LINE_SITE } from "../../src/model/meter-sites.ts";

const meter = fileURLToPath(new URL("../../src/harness/meter/meter.ts", import.meta.url));
const runtime = fileURLToPath(new URL("../../src/harness/markers.ts", import.meta.url));

export interface ProgramOutputs {
  /** What the program printed as it was written, and with markers. */
  readonly plain: string;
  readonly instrumented: string;
  /** The instrumentation of each module, by its path below the entry's folder. */
  readonly modules: ReadonlyMap<string, InstrumentResult>;
}

function countersOf(modules: ReadonlyMap<string, InstrumentResult>): number {
  return [...modules.values()].reduce((sum, { counters }) => sum + counters, 0);
}

/** The plugin that instruments every module that esbuild loads. */
function instrumentingPlugin(folder: string, modules: Map<string, InstrumentResult>, engine: Engine): Plugin {
  return {
    name: "markers",
    setup(bundler) {
      bundler.onLoad({ filter: /\.(?:[cm]?[jt]sx?)$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        const sourceType = /^\s*(?:import|export)\b/m.test(source) && !path.endsWith(".cjs") ? "module" : "commonjs";
        const firstCounter = FIRST_LINE_SITE + countersOf(modules);
        const options = { module: modules.size, fileName: path, sourceType, firstCounter, engine } as const;
        const instrumented = instrument(source, options);
        modules.set(relative(folder, path), instrumented);
        return { contents: instrumented.code, loader: /\.[cm]?ts$/.test(path) ? "ts" : "js" };
      });
    },
  };
}

/** CommonJS modules ask for `require` and their place, which an ES module lacks. */
const banner = {
  js: 'import { createRequire as $create } from "node:module"; const require = $create("/"), __filename = "/f", __dirname = "/";',
};

const shared = { bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "error", banner } as const;

function run(args: readonly string[], env: Readonly<Record<string, string>>): string {
  return execFileSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...env },
  });
}

/** What programs print without markers, by entry and environment: the same for every engine. */
const plainOutputs = new Map<string, string>();

async function runPlain(entry: string, folder: string, env: Readonly<Record<string, string>>): Promise<string> {
  const key = JSON.stringify([entry, env]);
  const known = plainOutputs.get(key);
  if (known !== undefined) return known;
  const outfile = join(folder, "plain.mjs");
  await build({ ...shared, entryPoints: [entry], outfile });
  const output = run([outfile], env);
  plainOutputs.set(key, output);
  return output;
}

/** Bundles a program twice, as it is and with markers, npm packages included, and runs both in processes of their own. */
export async function runInstrumented(
  entry: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
  engine: Engine = "tracker",
): Promise<ProgramOutputs> {
  mkdirSync(folder, { recursive: true });
  const modules = new Map<string, InstrumentResult>();
  const instrumented = join(folder, "instrumented.mjs");
  const start = join(folder, "start.mjs");
  await build({
    ...shared,
    entryPoints: [entry],
    outfile: instrumented,
    plugins: [instrumentingPlugin(dirname(entry), modules, engine)],
  });
  const [file, install] = engine === "meter" ? [meter, "installMeter"] : [runtime, "installMarkers"];
  const sites = FIRST_LINE_SITE + countersOf(modules);
  const contents = `import { ${install} } from ${JSON.stringify(file)}; ${install}(${sites});`;
  await build({ ...shared, stdin: { contents, resolveDir: folder }, outfile: start });
  return {
    plain: await runPlain(entry, folder, env),
    instrumented: run(
      [...(engine === "meter" ? linesFlags({ engine }, []) : []), "--import", start, instrumented],
      env,
    ),
    modules,
  };
}
