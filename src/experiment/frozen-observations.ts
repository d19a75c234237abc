import { existsSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { isWithin } from "../files.ts";
import type { FrozenSet } from "../model/frozen-results.ts";
import { type Observation, PASSING_VARIABLES } from "../model/observations.ts";
import type { Params } from "../model/values.ts";
import { isCurrent, observe, saltOf, sortObserved, WITHOUT_PATH, withSalt } from "../store/observations.ts";
import { isOfParameters, observeParameter } from "../store/used-parameters.ts";

// Frozen results go to other machines. What a trial observed is kept there in a form that means the same on each of them.

/** Folders of the machine's own files: as its Node and its processor, they are not what the author decides. */
const OF_THE_MACHINE = /^\/(?:proc|sys|dev|etc|usr|lib\w*|bin|sbin|System|Library|nix)(?:\/|$)/;

/** Variables that say on which machine, for whom and in which terminal a program runs. */
const MACHINE_VARIABLES =
  /^(?:HOME|USER|LOGNAME|USERNAME|SHELL|PATH|HOSTNAME|TMPDIR|TMP|TEMP|TERM|COLORTERM|CI|DISPLAY|XDG_.*|TERM_.*)$/;

/**
 * Observations as frozen results keep them, sorted. Paths of the project are relative to the report. The state of a file is its
 * content, because git keeps no times. The machine's files, variables and locale, the place of the report, and what the cell wrote outside of the project or removed, are left out.
 *
 * @param folder of the report
 * @param root folder of the project
 * @param salt of the frozen results that these replace: the hash of a variable that did not change stays as it is
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
  // Which permissions a clone has, the user's umask decides.
  const [type = ""] = value.split(" ");
  if (kind === "mode" || type === "folder") return [{ ...placed, kind: "exists", value: type }];
  // A file that changed since keeps a value that nothing equals.
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

/** The path to which an observed link leads. */
function leadsTo(value: string | null, folder: string): string {
  return value === null ? folder : resolve(folder, value.slice(0, value.indexOf(" ")));
}

/**
 * Whether an observation of frozen results is the same here. What another machine need not have may be missing: a file outside of the
 * project where its folder is missing, too, and what is in a `node_modules` that is not installed.
 */
export function isSameHere(one: Observation, folder: string, params: Params): boolean {
  if (isOfParameters(one)) return observeParameter(one, params).value === one.value;
  return isCurrent(one, folder) || isMissingHere(one, folder);
}

/**
 * Whether an observation is of a file that is missing here and that another cell of the report made: a clone has no generated files, and
 * the frozen results of the cell that made the file say what was in it.
 *
 * @param sets all frozen sets of the report
 * @param label of the cell that observed
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
