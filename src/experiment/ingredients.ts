import { resolve } from "node:path";
import { placesOf, splitBundle } from "../bundle/bundle-modules.ts";
import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import { readRegularText, statIfThere } from "../files.ts";
import type { Scalar } from "../model/values.ts";
import { type FingerprintParts, harnessHash } from "../store/fingerprint.ts";
import { canonicalJson, sha256 } from "../store/hash.ts";
import type { CellIngredients, ModuleIngredient, SetIngredients } from "../store/ingredients.ts";
import { isOwnFile } from "../store/own-code.ts";
import type { PartialSet } from "./partial-sets.ts";

/** The readable parts of a cell's fingerprints. @param params parameters of the report */
export function cellIngredients(
  report: Report,
  cell: Cell,
  bundle: Bundle,
  sets: readonly PartialSet[],
  params: Readonly<Record<string, Scalar>>,
): CellIngredients {
  const { label, labelled, number, options } = cell;
  return {
    label,
    labelled,
    number,
    modules: bundleIngredients(report, cell, bundle),
    params,
    env: options.inheritEnv ? options.env : { ...options.env, "inherit-env": "false" },
    warmup: options.warmup,
    inputs: sets[0]?.parts.inputs ?? [],
    sets: sets.map(setIngredients),
  };
}

/** Whether the cell has the same trial sets with the same fingerprints as the known ingredients. */
export function sameSets(sets: readonly PartialSet[], known: CellIngredients | undefined): boolean {
  return known !== undefined && JSON.stringify(sets.map(setIngredients)) === JSON.stringify(known.sets);
}

function setIngredients(set: PartialSet): SetIngredients {
  const { variant, probe, fingerprint, flags, parts, places, trials, trialSet, notStored } = set;
  const failed = trialSet?.trials.some(({ failure }) => failure !== null) ?? false;
  const ownCode = sha256(`${parts.harness ?? harnessHash()} ${(parts.tracing ?? "").replace(places, "")}`).slice(0, 16);
  const runtime = nameRuntime(parts.runtime);
  return {
    ...{ variant, probe, fingerprint, flags, runtime, ownCode, trials, failed },
    ...(places === "" ? {} : { places: sha256(places).slice(0, 16) }),
    ...(notStored === undefined ? {} : { notStored }),
  };
}

/** A runtime in words: `Node 24.21.0`; for a Python, all its properties. */
function nameRuntime(runtime: FingerprintParts["runtime"]): string {
  if (runtime === undefined) return "";
  if (!("node" in runtime))
    return Object.entries(runtime)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
  const { node, v8, arch, platform, binary, path } = runtime;
  const rest = [
    ...(binary === undefined ? [] : [`, binary ${String(binary).slice(0, 8)}`]),
    ...(path === undefined ? [] : [`, at ${path}`]),
  ].join("");
  return `Node ${node} (V8 ${v8}, ${platform} ${arch}${rest})`;
}

/** Longest module, in UTF-16 units, whose text is kept so that explanations can name changed lines. */
const MOST_EXPLAINED = 1 << 20;

/** Hash of the text of a module as its author wrote it; undefined where there is no such text, or it is gone. */
function hashSource({ folder, cells }: Report, cell: Cell, name: string): string | undefined {
  const label = /^heapbook-cell:(.*)$/.exec(name)?.[1];
  const own = label === undefined ? undefined : cells.find((each) => each.label === label);
  if (own !== undefined || name === "report.md") return sha256((own ?? cell).source);
  const path = resolve(folder, name);
  return statIfThere(path)?.isFile() === true ? sha256(readRegularText(path)) : undefined;
}

function bundleIngredients(report: Report, cell: Cell, bundle: Bundle): ModuleIngredient[] {
  const { folder } = report;
  if (cell.language === "python") {
    const lines = cell.source.split("\n");
    return [
      {
        name: "report.md",
        sha256: sha256(cell.source),
        source: sha256(cell.source),
        text: cell.source,
        places: lines.map((_, index) => cell.sourceLine + index),
      },
    ];
  }
  // The report's parameters are left out, because observations record which of them a cell reads.
  const modules = splitBundle(bundle).filter(({ name }) => !name.startsWith("heapbook-parameters:"));
  return modules.map((module): ModuleIngredient => {
    const hash = sha256(canonicalJson(module.text));
    const isAuthors = !module.name.includes("node_modules/") && !isOwnFile(resolve(folder, module.name));
    // For a large data file, the explanation "it changed" is enough.
    const hasLines = isAuthors && !module.name.startsWith("heapbook-result:") && module.text.length <= MOST_EXPLAINED;
    const source = isAuthors ? hashSource(report, cell, module.name) : undefined;
    return {
      name: module.name,
      sha256: hash,
      ...(source === undefined ? {} : { source }),
      ...(hasLines ? { text: module.text, places: placesOf(module, bundle) } : {}),
    };
  });
}
