import { formatBytes, formatCount, formatDuration } from "../../analysis/format.ts";
import { restyle } from "../../analysis/number-style.ts";
import { currentLanguage } from "../../language.ts";
import { PROBES } from "../../model/probes.ts";
import type { CellResult, Environment, ReportResults, TrialSet } from "../../model/report-results.ts";
import type { Scalar } from "../../model/values.ts";
import { join, withAside } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { RenderInput } from "../renderer.ts";
import { formatDate } from "../text/date.ts";
import { byRuntime, describeHeapLimits, describeSemiSpaces } from "./provenance-limits.ts";

/** One value in a row of the provenance. */
export interface ProvenanceValue {
  /** Text before the value, such as the probe to which a list of flags belongs. */
  readonly label: string | undefined;
  readonly text: string;
  readonly code: boolean;
}

/** One fact of the provenance: a term with at least one value. */
export interface ProvenanceRow {
  readonly term: string;
  readonly values: readonly ProvenanceValue[];
}

/** Where, when and how a report was measured. */
export interface Provenance {
  /** Facts that are always visible; the facts in `rows` are in a disclosure (`<details>`). */
  readonly summary: readonly string[];
  readonly rows: readonly ProvenanceRow[];
  /** The commit at which everything was measured; undefined for several commits or none. */
  readonly commit: string | undefined;
}

/**
 * Describes where, when and how a report was measured. Reads only the results, so equal results give equal pages on
 * every machine.
 */
export function describeProvenance(
  results: ReportResults,
  heapbookVersion: string,
  frozen?: RenderInput["frozen"],
): Provenance {
  const variants = results.cells.flatMap((cell) => cell.variants);
  const sets = variants.flatMap((variant) => variant.trialSets);
  const environments = sets.map((set) => set.environment);
  const inNode = environments.filter(({ python }) => python === undefined);
  const trials = sets.flatMap((set) => set.trials);
  const commits = distinct(environments.map(({ commit }) => commit ?? "none"));
  const dates = distinct(environments.map(({ measuredAt }) => measuredAt.slice(0, 10))).sort();
  const seed = results.params["seed"];

  const rows = [
    row(say("runtime"), [
      ...distinct(inNode.map(({ node, v8 }) => `Node ${node}, V8 ${v8}`)),
      ...describePythons(results),
    ]),
    row(say("machine"), distinct(environments.map(describeMachine))),
    { term: say("heapLimit"), values: byRuntime(sets, describeHeapLimits) },
    { term: say("semiSpace"), values: byRuntime(sets, describeSemiSpaces) },
    { term: say("flags"), values: describeFlags(sets.filter(({ environment }) => environment.python === undefined)) },
    row(say("parameters"), describeParams(results.params)),
    row(say("execution"), describeExecution(results, sets)),
    row(say("measured"), sets.length === 0 ? [say("nothingYet")] : [describeDates(dates)]),
    row(say("frozen"), describeFrozen(frozen)),
    row("Heapbook", describeHeapbook(environments, heapbookVersion, results.schemaVersion)),
    { term: say("commit"), values: commits.filter((commit) => commit !== "none").map(code) },
  ].filter(({ values }) => values.length > 0);

  const summary = [
    ...distinct(inNode.map(({ node }) => `Node ${node}`)),
    ...distinct(inNode.map(({ v8 }) => `V8 ${v8.split(".").slice(0, 2).join(".")}`)),
    ...distinct(environments.flatMap(({ python }) => python ?? [])),
    ...distinct(environments.map(({ platform, arch }) => `${nameSystem(platform)} ${arch}`)),
    ...(seed === undefined ? [] : [say("seed", { value: String(seed) })]),
    ...(trials.length === 0 ? [] : [say("trials", { n: trials.length })]),
    ...(frozen === undefined ? [] : [say(frozen.frozen === frozen.cells ? "frozenResults" : "partlyFrozen")]),
    ...(commits.length === 1 && commits[0] !== "none" ? [say("commitOf", { hash: commits[0] ?? "" })] : []),
  ];
  const [only] = commits;
  return {
    summary: summary.length === 0 ? [say("nothingMeasured")] : summary,
    rows,
    commit: commits.length === 1 && only !== "none" ? only : undefined,
  };
}

/** Lists the Python versions; if there are several, each with the labels of its cells. */
function describePythons({ cells }: ReportResults): readonly string[] {
  const labels = new Map<string, string[]>();
  for (const cell of cells) {
    for (const python of pythonsOf(cell)) labels.set(python, [...(labels.get(python) ?? []), cell.label]);
  }
  if (labels.size < 2) return [...labels.keys()];
  return [...labels].map(([python, names]) => withAside(python, join(names, "list")));
}

/** The Python versions in which the variants of a cell ran; empty for other languages. */
export function pythonsOf({ variants }: CellResult): readonly string[] {
  return distinct(
    variants.flatMap(({ trialSets }) => trialSets.flatMap(({ environment }) => environment.python ?? [])),
  );
}

function row(term: string, texts: readonly string[]): ProvenanceRow {
  return { term, values: texts.map((text) => ({ label: undefined, text, code: false })) };
}

function code(text: string): ProvenanceValue {
  return { label: undefined, text, code: true };
}

function describeMachine(environment: Environment): string {
  const { cpuModel, cores, memoryBytes, memoryLimitBytes, platform, osRelease, arch } = environment;
  const count = say("cores", { n: cores });
  const memory = formatBytes(memoryBytes);
  const limited =
    memoryLimitBytes === null ? memory : withAside(memory, say("container", { bytes: formatBytes(memoryLimitBytes) }));
  const hardware = join([cpuModel.trim(), count, limited], "comma");
  return join([hardware, `${nameSystem(platform)} ${osRelease} ${arch}`], "semicolon");
}

const SYSTEMS: Readonly<Record<string, string>> = { linux: "Linux", darwin: "macOS", win32: "Windows" };

function nameSystem(platform: string): string {
  return SYSTEMS[platform] ?? platform;
}

/**
 * Lists the V8 flags that all trials of a probe share. Flags of a single cell or variant are shown in the bar above its
 * code.
 */
function describeFlags(sets: readonly TrialSet[]): readonly ProvenanceValue[] {
  return PROBES.flatMap((probe) => {
    const [first, ...rest] = sets.filter((set) => set.probe === probe).map(({ flags }) => flags);
    const common = (first ?? []).filter((flag) => rest.every((flags) => flags.includes(flag)));
    return common.length === 0 ? [] : [{ label: probe, text: common.join(" "), code: true }];
  });
}

/** Smallest whole number that is hard to read without separators. Smaller ones alone may be years. */
const HARD_TO_READ = 10_000;

/**
 * Lists the parameters with all their digits, because the author wrote them. Either all whole numbers of the list have
 * the separators of thousands, or none.
 */
function describeParams(params: Readonly<Record<string, Scalar>>): readonly string[] {
  const isSeparated = Object.values(params).some((value) => isWhole(value) && Math.abs(value) >= HARD_TO_READ);
  const texts = Object.entries(params).map(([name, value]) => {
    if (typeof value !== "number") return `${name} ${String(value)}`;
    return `${name} ${isSeparated && isWhole(value) ? formatCount(value, { digits: 15 }) : restyle(String(value))}`;
  });
  return texts.length === 0 ? [] : [join(texts, "list")];
}

function isWhole(value: Scalar): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

function describeExecution(results: ReportResults, sets: readonly TrialSet[]): readonly string[] {
  const trials = sets.flatMap((set) => set.trials);
  const durationMs = trials.reduce((sum, trial) => sum + trial.durationMs, 0);
  const ran = results.cells.filter((cell) => cell.variants.some((variant) => variant.trialSets.length > 0));
  const variants = ran.reduce((sum, cell) => sum + cell.variants.length, 0);
  if (trials.length === 0) return [];
  const counts = join(
    [say("cells", { n: ran.length }), say("variants", { n: variants }), say("trials", { n: trials.length })],
    "comma",
  );
  return [say("measuredFor", { counts, duration: formatDuration(durationMs) })];
}

/** Says how many cells have frozen results, which may have been measured on another machine. */
function describeFrozen(frozen: RenderInput["frozen"]): readonly string[] {
  if (frozen === undefined) return [];
  const { frozen: count, cells } = frozen;
  return [count === cells ? say("frozenAll") : say("frozenSome", { count, cells })];
}

function describeDates(dates: readonly string[]): string {
  const [first = "", ...rest] = dates;
  const last = rest.at(-1);
  return last === undefined
    ? formatDate(first, currentLanguage())
    : say("dates", { first: formatDate(first, currentLanguage()), last: formatDate(last, currentLanguage()) });
}

function describeHeapbook(environments: readonly Environment[], version: string, schema: number): readonly string[] {
  const measuredWith = distinct(environments.map(({ heapbook }) => heapbook)).filter((other) => other !== version);
  const other = measuredWith.length === 0 ? [] : [say("measuredWith", { versions: join(measuredWith, "list") })];
  return [join([version, ...other, say("schema", { version: schema })], "comma")];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
