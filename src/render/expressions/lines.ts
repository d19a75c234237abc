import type { Cell } from "../../document/types.ts";
import { didYouMean, type Position, UserError } from "../../errors.ts";
import type { LineProfile, RegionProfile } from "../../model/line-profile.ts";
import type { LineCounts } from "../../model/line-views.ts";
import type { VariantResult } from "../../model/report-results.ts";
import { lineProfilesOf } from "../../results/result-module.ts";
import { say } from "../../words/say.ts";
import { describeInstrumentation } from "../text/instrumentation.ts";
import type { AbsentQuantity, NumberQuantity } from "./quantity.ts";
import type { Check } from "./selection.ts";
import { describeState, describeVariant, type Facts, matchesParams, type Selection } from "./values.ts";

/**
 * A number of a source line that an expression can name: unit, and field of the profile. The names are keys of the
 * catalogues in `src/words/`.
 */
interface Count {
  readonly unit: string;
  /** Field of the line's counts; for `peakBytes` and `peakObjects`, in the profile at the peak. */
  readonly of: keyof LineCounts;
}

const COUNTS: Readonly<Record<keyof LineCounts | "peakBytes" | "peakObjects", Count>> = {
  liveBytes: { unit: "B", of: "liveBytes" },
  liveObjects: { unit: "count", of: "liveObjects" },
  allocatedBytes: { unit: "B", of: "allocatedBytes" },
  allocations: { unit: "count", of: "allocations" },
  peakBytes: { unit: "B", of: "liveBytes" },
  peakObjects: { unit: "count", of: "liveObjects" },
};

const isAtPeak = (count: string): boolean => count.startsWith("peak");

const isCount = (name: string): name is keyof typeof COUNTS => Object.hasOwn(COUNTS, name);

/** Unit of a line's number, by the number's name; undefined for an unknown name. */
export function lineCountUnit(name: string): string | undefined {
  return isCount(name) ? COUNTS[name].unit : undefined;
}

/** Checks the arguments of `line`, and that its cell has the needed probes, before the cell runs. */
export function checkLine(place: string, count: string, cell: Cell, { complain }: Check): void {
  if (readPlace(place) === undefined) {
    const message = `\`${place}\` is not a source line.`;
    complain("wrong-arguments", message, 'Write file and line number, such as `"base-library.ts:39"`.');
  }
  if (!isCount(count)) {
    const message = `Unknown number of a line: \`${count}\`.`;
    complain("unknown-metric", message, didYouMean(count, Object.keys(COUNTS), "numbers of a line"));
  }
  const probes: readonly string[] = cell.options.probes;
  const missing = ["lines", ...(isAtPeak(count) ? ["peak"] : [])].filter((probe) => !probes.includes(probe));
  for (const probe of missing) {
    complain(
      "probe-missing",
      `\`line\` needs the probe \`${probe}\`${isAtPeak(count) ? ` for \`${count}\`` : ""}, which the cell \`${cell.label}\` does not have.`,
      `Add the probe to the options of the cell: \`//| probes: [${[...probes, ...missing].join(", ")}]\`.`,
    );
  }
}

/** The arguments of `line`, and the variant and region that it selects. */
export interface LineChoice extends Selection {
  /** File and line: `base-library.ts:39`. */
  readonly place: string;
  readonly count: string;
}

/**
 * Looks up a number of a source line in the results. Gives 0 for a line that allocates only in other variants.
 *
 * @throws UserError `unknown-line` if the line allocates in no variant; `unknown-file`, `unknown-region`,
 * `ambiguous-region`
 */
export function findLine(facts: Facts, choice: LineChoice, position: Position): NumberQuantity | AbsentQuantity {
  const { label, place, count, params } = choice;
  const parsed = readPlace(place);
  if (!isCount(count) || parsed === undefined) throw new Error(`Unchecked arguments: line ${place} ${count}`);
  const href = `#cell-${label}`;
  const result = facts.results.cells.find((cell) => cell.label === label);
  const variant = result?.variants.find((candidate) => matchesParams(candidate.params, params));
  const ofRegion = variant && chooseProfile(variant, choice, position);
  const profile = ofRegion && (isAtPeak(count) ? ofRegion.atPeak : ofRegion);
  if (result === undefined || variant === undefined || profile === undefined) {
    return { kind: "absent", from: describeState(label, result), href };
  }
  const isHere = ({ file, line }: { readonly file: string; readonly line: number }): boolean =>
    file === parsed.file && line === parsed.line;
  const line = profile.lines.find(isHere);
  const profiles = result.variants.flatMap(lineProfilesOf);
  if (line === undefined && !profiles.some(({ lines }) => lines.some(isHere))) {
    throw unknownLine(choice, parsed, profiles, position);
  }
  const { unit, of } = COUNTS[count];
  const name = say("countOfPlace", { count: say(count), place });
  const cell = facts.report.cells.find((candidate) => candidate.label === label);
  const which = [describeVariant(cell, variant), profile.region].filter((part) => part !== "").join(", ");
  const from = [say("fromCell", { label }), name, which, describeInstrumentation(profile.instrumentation)];
  return {
    kind: "number",
    value: line?.[of] ?? 0,
    unit,
    from: from.filter((part) => part !== "").join(" · "),
    href,
    subject: { cell: label, metric: name, which },
  };
}

function readPlace(place: string): { readonly file: string; readonly line: number } | undefined {
  const [, file, line] = /^(.+):([1-9]\d*)$/.exec(place) ?? [];
  return file === undefined ? undefined : { file, line: Number(line) };
}

function chooseProfile(
  variant: VariantResult,
  { label, region }: LineChoice,
  position: Position,
): RegionProfile | undefined {
  const profiles = lineProfilesOf(variant);
  const named = profiles.find((profile) => profile.region === (region ?? ""));
  if (named !== undefined || profiles.length === 0) return named;
  if (region === undefined && profiles.length === 1) return profiles[0];
  const regions = profiles.map((profile) => profile.region).filter((name) => name !== "");
  throw region === undefined
    ? new UserError(`The cell \`${label}\` traced ${profiles.length} regions.`, {
        code: "ambiguous-region",
        position,
        hint: `Name one of them: ${regions.map((name) => `\`region="${name}"\``).join(" or ")}.`,
        exitCode: 1,
      })
    : new UserError(`The cell \`${label}\` traced no region \`${region}\`.`, {
        code: "unknown-region",
        position,
        hint: didYouMean(region, regions, "named regions"),
        exitCode: 1,
      });
}

function unknownLine(
  { label, place }: LineChoice,
  wanted: { readonly file: string; readonly line: number },
  profiles: readonly LineProfile[],
  position: Position,
): UserError {
  const lines = profiles.flatMap((profile) => profile.lines);
  const own = lines.filter(({ file }) => file === wanted.file).map(({ line }) => line);
  if (own.length === 0) {
    const files = [...new Set(lines.map(({ file }) => file))];
    const message = `No line of \`${wanted.file}\` allocates in the cell \`${label}\`.`;
    const hint = didYouMean(wanted.file, files, "files with lines that allocate");
    return new UserError(message, { code: "unknown-file", position, hint, exitCode: 1 });
  }
  const offBy = (line: number): number => Math.abs(line - wanted.line);
  const near = own.reduce((best, line) => (offBy(line) < offBy(best) ? line : best));
  return new UserError(`The line \`${place}\` allocates nothing in the cell \`${label}\`.`, {
    code: "unknown-line",
    position,
    hint: `The nearest line that does is \`${wanted.file}:${near}\`.`,
    exitCode: 1,
  });
}
