import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { Report } from "../document/types.ts";
import { decodePercent, isWithin } from "../files.ts";
import type { Observation } from "../model/observations.ts";
import { isInput, nameInput } from "../process/input-reads.ts";
import { observe, WITHOUT_PATH } from "../store/observations.ts";
import { errorCode } from "../store/store-folder.ts";
import { countKnown, dependsOn, type PartialSet } from "./partial-sets.ts";

// Dependencies of cells through files. A stored result of the writing cell does not prove that its file still exists.

/**
 * Largest number of files in a written folder that are observed one by one. Of a larger folder only its existence is
 * observed.
 */
const MOST_FILES = 1000;

/**
 * Observes the files that a cell left at the paths it wrote and in the folders it made (kind `written`). Files that the
 * cell removed from the folder for temporary files are not observed.
 *
 * @param paths absolute paths that the cell wrote
 * @param folder the report's folder
 * @param root the project's folder
 */
export function observeWritten(paths: readonly string[], folder: string, root: string): readonly Observation[] {
  const names = new Set<string>();
  const left: Observation[] = [];
  const add = (path: string): Observation | undefined => {
    const name = nameInput(path, folder, root);
    if (names.has(name) || !isInput(path, folder)) return undefined;
    names.add(name);
    const one = observe("written", name, folder);
    if (one.value !== null || isWithin(folder, tmpdir()) || !isWithin(path, tmpdir())) left.push(one);
    return one;
  };
  for (const path of paths) if (add(path)?.value === "folder") for (const below of filesBelow(path)) add(below);
  return left;
}

/**
 * The files below a folder. Empty if there are more than `MOST_FILES`, if the folder cannot be read, or if it vanishes
 * meanwhile.
 */
function filesBelow(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.length > MOST_FILES ? [] : files.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch (error) {
    if (!["ENOENT", "ENOTDIR", "EACCES"].includes(errorCode(error) ?? "")) throw error;
    return [];
  }
}

/**
 * Finds the cells that must run again because a file that they wrote is missing or has other contents. Only files that
 * another cell reads, or that the page shows as an image or links, count. If several cells write a file, the contents that any
 * of them left are accepted.
 *
 * @param sets sets of each cell, by label
 * @param lastObserved what a set that has no known trials observed in its last run
 * @returns reasons in words, by label of the cell
 */
export function findUnwritten(
  sets: ReadonlyMap<string, readonly PartialSet[]>,
  { folder, images, links }: Pick<Report, "folder" | "images" | "links">,
  lastObserved: (set: PartialSet) => readonly Observation[],
): ReadonlyMap<string, readonly string[]> {
  const live = [...sets].flatMap(([label, own]) =>
    own.filter(({ isFrozen }) => !isFrozen).map((set) => ({ label, set, isKnown: countKnown(set) > 0 })),
  );
  if (!live.some(({ set }) => set.observed.some(({ kind }) => kind === "written"))) return new Map();
  // In the mode `plan`, a cell that would run has no known trials: its last stored observations are used instead.
  const known = live.flatMap(({ label, set, isKnown }) =>
    (isKnown ? dependsOn(set) : [...lastObserved(set), ...dependsOn(set)]).map((one) => ({
      label,
      isKnown,
      ...one,
    })),
  );
  const written = known.filter(({ kind }) => kind === "written");
  const addresses = [...images.map(({ src }) => src), ...links.map(({ href }) => href)];
  const shown = addresses.map((each) => ({ label: undefined, kind: "content" as const, name: fileOfAddress(each) }));
  const reads = [...known.filter(isReadOfPath), ...shown.filter(({ name }) => name !== "")];
  const leftAt = new Map<string, Set<string | null>>();
  for (const { name, value } of written) leftAt.set(name, (leftAt.get(name) ?? new Set()).add(value));
  const removed = written.filter(({ value }) => value === null).map(({ name }) => resolve(folder, name) + sep);

  const reasons = new Map<string, Set<string>>();
  for (const one of written) {
    const { label, isKnown, name, value } = one;
    // Devices are not compared. A path that the cell itself removed is left to other cells that wrote it.
    if (!isKnown || value === null || value === "other") continue;
    const path = resolve(folder, name);
    const isRead = reads.some((read) => read.label !== label && touches(read, path, value === "folder", folder));
    if (!isRead) continue;
    const now = observe("written", name, folder).value;
    if (leftAt.get(name)?.has(now) || (now === null && removed.some((each) => path.startsWith(each)))) continue;
    reasons.set(
      label,
      (reasons.get(label) ?? new Set()).add(`${name}, which it wrote, ${now === null ? "is missing" : "changed"}`),
    );
  }
  return new Map([...reasons].map(([label, all]) => [label, [...all]]));
}

/** Whether an observation is of what a cell found at a path. */
export function isReadOfPath({ kind }: Pick<Observation, "kind">): boolean {
  return !WITHOUT_PATH.has(kind) && kind !== "cwd" && kind !== "written";
}

/** The path of a file that prose shows or links; empty for an address on the network and for a `data:` URL. */
function fileOfAddress(address: string): string {
  return /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(address) ? "" : decodePercent(address.replace(/[?#].*/s, ""));
}

/** Whether an observation depends on a written path. */
export function touches(
  { kind, name }: Pick<Observation, "kind" | "name">,
  path: string,
  isFolder: boolean,
  folder: string,
): boolean {
  const read = resolve(folder, name);
  if (read === path || (isFolder && read.startsWith(path + sep))) return true;
  if (kind === "tree") return path.startsWith(read + sep);
  return (kind === "names" || kind === "content") && dirname(path) === read;
}
