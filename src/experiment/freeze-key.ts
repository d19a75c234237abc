import { resolve } from "node:path";
import { splitBundle } from "../bundle/bundle-modules.ts";
import { withoutParameterValues } from "../bundle/parameter-values.ts";
import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import type { InputHash } from "../store/fingerprint.ts";
import { canonicalJson, sha256 } from "../store/hash.ts";
import { isOwnFile } from "../store/own-code.ts";
import { expandFlags, type PlannedSet } from "./trial-plan.ts";

/** Version of the key's format. Raise it when the parts of the key change. */
const VERSION = 2;

/**
 * Computes the key of a trial set in frozen results: a hash of everything that the author decides. It contains no
 * machine, no version of an interpreter or of Heapbook, and no absolute path. So the key is the same on another
 * machine.
 *
 * @param bundle the cell's bundle without markers; it contains imported results
 * @param inputs hashes of the files in the cell's option `inputs`
 */
export function freezeKey(
  report: Report,
  cell: Cell,
  bundle: Bundle,
  set: PlannedSet,
  inputs: readonly InputHash[],
): string {
  const { options } = cell;
  return sha256(
    canonicalJson({
      version: VERSION,
      code: cell.language === "python" ? withoutParameterValues(bundle.code) : authorsCode(report, bundle),
      probe: set.probe,
      variant: set.variant,
      flags: cell.language === "python" ? [] : expandFlags(options.flags, set.variant),
      env: options.env,
      ...(options.inheritEnv ? {} : { inheritEnv: false }),
      warmup: options.warmup,
      runtime: set.python ?? set.runtime,
      instrumentation: set.instrumentation ?? null,
      modules: set.instrumentation === undefined ? [] : options.lines.modules,
      heapMultiple: set.heapMultiple ?? null,
      conditions: (set.conditions ?? []).map(({ probe }) => probe),
      inputs: inputs.map(({ path, sha256: hash }) => [path, hash]),
    }),
  );
}

/**
 * Names and texts of a bundle's modules, without Heapbook's own. Names are paths relative to the report's folder;
 * packages have no path.
 */
function authorsCode({ folder }: Report, bundle: Bundle): readonly (readonly [string, string])[] {
  return splitBundle(bundle)
    .filter(({ name }) => !isOwnFile(resolve(folder, name)) && !name.startsWith("heapbook-parameters:"))
    .map(({ name, text }) => {
      const shown = name.includes("node_modules/") ? "" : name;
      return [shown, text.replaceAll(folder, ".")] as const;
    });
}
