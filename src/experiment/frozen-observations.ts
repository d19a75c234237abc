import { existsSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { isWithin } from "../files.ts";
import type { FrozenSet } from "../model/frozen-results.ts";
import { type Observation, PASSING_VARIABLES } from "../model/observations.ts";
import type { Params } from "../model/values.ts";
import { isCurrent, observe, saltOf, sortObserved, WITHOUT_PATH, withSalt } from "../store/observations.ts";
import { isOfParameters, observeParameter } from "../store/used-parameters.ts";

// Frozen results are used on other machines. So observations are converted to a form with the same meaning on each
// machine.

/**
 * Matches paths that belong to the machine, which frozen results omit: like Node and the processor, they are not
 * decided by the author.
 */
const OF_THE_MACHINE = /^\/(?:proc|sys|dev|etc|usr|lib\w*|bin|sbin|System|Library|nix)(?:\/|$)/;

/** Matches environment variables that describe the machine, the user or the terminal. Frozen results omit them. */
const MACHINE_VARIABLES =
  /^(?:HOME|USER|LOGNAME|USERNAME|SHELL|PATH|HOSTNAME|TMPDIR|TMP|TEMP|TERM|COLORTERM|CI|DISPLAY|XDG_.*|TERM_.*)$/;

/**
 * Converts observations to the form of frozen results, sorted. Paths within the project become relative to the report's
 * folder. The state of a file becomes its content, because git keeps no times. Omitted are files, variables and locale
 * of the machine, the report's absolute path, and files that the cell removed or wrote outside the project.
 *
 * @param folder the report's folder
 * @param root the project's folder
 * @param salt salt of the earlier frozen results; with the same salt, the hash of an unchanged variable stays the same
 */
export function toFrozenObservations(
  observed: readonly Observation[],
  folder: string,
  root: string,
  salt: string | undefined = saltOf(observed),
): Observation[] {
  return sortObserved(observed.flatMap((one) => toFrozen(one, folder, root, salt)));
}

function toFrozen(one: Observation, folder: string, root: string, salt: string | undefined): Observation[] {
  const { kind, name, value } = one;
  if (kind === "cwd" || kind === "locale" || kind === "machine") return [];
  if (kind === "env") {
    if (MACHINE_VARIABLES.test(name) || PASSING_VARIABLES.test(name)) return [];
    return [salt === undefined ? one : withSalt(one, salt)];
  }
  if (WITHOUT_PATH.has(kind)) return [one];
  const path = resolve(folder, name);
  if (!isWithin(path, root) && OF_THE_MACHINE.test(path)) return [];
  if (kind === "written" && (value === null || value === "other" || !isWithin(path, root))) return [];
  const placed = { ...one, name: isWithin(path, root) ? relative(folder, path).split(sep).join("/") : name };
  if (kind === "link")
    return isWithin(leadsTo(value, folder), root) ? [placed] : [{ ...placed, ...existing(name, folder) }];
  if (kind !== "state" && kind !== "mode") return [placed];
  if (value === null) return [{ ...placed, kind: "exists" }];
  // The user's umask, not the author, decides the permissions of files in a clone.
  const [type = ""] = value.split(" ");
  if (kind === "mode" || type === "folder") return [{ ...placed, kind: "exists", value: type }];
  // If the file has changed since, the value stays a state, which equals no content hash.
  return [
    {
      ...placed,
      kind: "content",
      ...(isCurrent(one, folder) ? { value: observe("content", name, folder).value } : {}),
    },
  ];
}

function existing(name: string, folder: string): Pick<Observation, "kind" | "value"> {
  const { kind, value } = observe("exists", name, folder);
  return { kind, value };
}

/** The absolute path of a link's target. */
function leadsTo(value: string | null, folder: string): string {
  return value === null ? folder : resolve(folder, value.slice(0, value.indexOf(" ")));
}

/**
 * Whether an observation in frozen results still holds on this machine. A missing file is accepted if another machine
 * need not have it: one outside the project, in a folder that is missing too, or one in a `node_modules` that is not
 * installed.
 */
export function isSameHere(one: Observation, folder: string, params: Params): boolean {
  if (isOfParameters(one)) return observeParameter(one, params).value === one.value;
  return isCurrent(one, folder) || isMissingHere(one, folder);
}

/**
 * Whether an observed file is missing on this machine only because another cell of the report generates it. The frozen
 * results of that other cell then say what the file contained.
 *
 * @param sets all frozen sets of the report
 * @param label label of the cell that observed the file
 */
export function isMadeByOther(
  { kind, name, value }: Observation,
  sets: readonly FrozenSet[],
  label: string,
  folder: string,
): boolean {
  if (WITHOUT_PATH.has(kind) || value === null || observe("exists", name, folder).value !== null) return false;
  const left = sets
    .filter(({ cell }) => cell !== label)
    .flatMap(({ observed }) => observed.filter((one) => one.kind === "written"));
  const isFolder = left.some((one) => one.name.startsWith(`${name}/`) || (one.name === name && one.value === "folder"));
  if (isFolder) return kind !== "exists" || value === "folder";
  const files = left.filter((one) => one.name === name);
  if (kind === "content") return files.some((one) => one.value === value);
  return files.length > 0 && (kind !== "exists" || value === "file");
}

function isMissingHere({ kind, name, value }: Observation, folder: string): boolean {
  if (WITHOUT_PATH.has(kind) || value === null) return false;
  const path = resolve(folder, name);
  const installed = /^.*?(?:^|\/)node_modules(?=\/|$)/.exec(path)?.[0];
  if (installed !== undefined && !existsSync(installed)) return true;
  return isAbsolute(name) && !existsSync(dirname(path));
}
