import { bundleInstrumented, type InstrumentedBundle } from "../bundle/instrumented.ts";
import { loadWithParser } from "../bundle/parser.ts";
import type { TickedBundle } from "../bundle/ticked.ts";
import type { Bundle, BundleInput } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { Engine } from "../model/instrumentation.ts";
import type { Failure } from "../model/report-results.ts";
import type { PlannedSet } from "./trial-plan.ts";

/** The bundles of a cell: one without markers, and one for each kind of instrumentation that the planned sets need. */
export interface CellBundles {
  readonly plain: Bundle;
  /** Bundle with markers for V8's profilers, for the engines `tracker` and `sampler`; undefined if no set needs it. */
  readonly profiled: InstrumentedBundle | undefined;
  /** Bundle with markers that call the meter, for the engine `meter`; undefined if no set needs it. */
  readonly metered: InstrumentedBundle | undefined;
  /**
   * Returns the bundle with ticks, for the probe `bracket`. Bundled at the first call, because stored trials need no
   * bundle.
   */
  readonly ticked: () => Promise<TickedBundle>;
  /** Returns the bundle with markers and ticks, for the probe `at-peak`. Bundled at the first call. */
  readonly profiledTicked: () => Promise<InstrumentedBundle>;
}

/** Adds the instrumented bundles that the planned sets need. */
export async function bundleForSets(
  report: Report,
  cell: Cell,
  plain: Bundle,
  plan: readonly PlannedSet[],
  input: BundleInput,
): Promise<CellBundles> {
  const { modules } = cell.options.lines;
  const engines = new Set(plan.flatMap(({ instrumentation }) => instrumentation?.engine ?? []));
  const bundleFor = (engine: Engine): Promise<InstrumentedBundle> =>
    bundleInstrumented(report, cell, input, modules, engine);
  let ticked: Promise<TickedBundle> | undefined;
  let profiledTicked: Promise<InstrumentedBundle> | undefined;
  return {
    plain,
    profiled: engines.has("tracker") || engines.has("sampler") ? await bundleFor("tracker") : undefined,
    metered: engines.has("meter") ? await bundleFor("meter") : undefined,
    ticked: () => {
      // The parser is native code of 3 MB, which a render without searches does not need.
      ticked ??= loadWithParser(import("../bundle/ticked.ts")).then(({ bundleTicked }) =>
        bundleTicked(report, cell, input),
      );
      return ticked;
    },
    profiledTicked: () => {
      profiledTicked ??= bundleInstrumented(report, cell, input, modules, "tracker", true);
      return profiledTicked;
    },
  };
}

/** The failure of sets that need the parser, where an error says that the parser is missing; undefined for other errors. */
export function parserFailure(error: unknown): Failure | undefined {
  if (!(error instanceof UserError) || error.code !== "parser-not-installed") return undefined;
  return { kind: "no-interpreter", code: error.code, message: error.message, hint: error.hint ?? "" };
}

/** The bundle whose code is part of a set's fingerprint. */
export function bundleOf(bundles: CellBundles, { instrumentation }: PlannedSet): Bundle | InstrumentedBundle {
  if (instrumentation === undefined) return bundles.plain;
  const bundle = instrumentation.engine === "meter" ? bundles.metered : bundles.profiled;
  if (bundle === undefined)
    throw new Error(`a set for the engine ${instrumentation.engine} has no bundle with markers`);
  return bundle;
}

/**
 * The bundle that the processes of a set run: that of `bundleOf()`, with ticks added for the probes `bracket` and
 * `at-peak`.
 */
export async function executedBundle(
  bundles: CellBundles,
  set: PlannedSet,
): Promise<Pick<Bundle, "code" | "map"> | InstrumentedBundle> {
  if (set.probe === "bracket") return bundles.ticked();
  return set.probe === "at-peak" ? bundles.profiledTicked() : bundleOf(bundles, set);
}
