import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { Report } from "../document/types.ts";
import { isWithin } from "../files.ts";
import type { Observation } from "../model/observations.ts";
import { isInput, nameInput } from "../process/input-reads.ts";
import { observe, WITHOUT_PATH } from "../store/observations.ts";
import type { Store } from "../store/store.ts";
import { errorCode } from "../store/store-folder.ts";
import { countKnown, type PartialSet } from "./partial-sets.ts";

// Cells that are joined by a file: a stored result of the one that writes says nothing of whether its file is still there.

/** Files of a written folder that are looked at: of a folder with more, only whether it is there. */
const MOST_FILES = 1000;

/**
 * What a cell left at the paths that it wrote, and in the folders that it made, as observations of the kind `written`. What it has
 * removed from the folder of temporary files is its own affair.
 *
 * @param paths absolute
 * @param folder of the report
 * @param root folder of the project
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

/** The files below a folder; none where there are too many, where it may not be read, or where another process removes it meanwhile. */
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
 * The cells whose stored results say that they left a file which is missing now, or has contents that no cell left there, and which
 * another cell reads, or the page shows as an image or links; with the reasons in words. Where several cells write a file, that of the last one stays, and all are as they were.
 *
 * @param sets of each cell, by label
 */
export function findUnwritten(
  sets: ReadonlyMap<string, readonly PartialSet[]>,
  { folder, images, links }: Pick<Report, "folder" | "images" | "links">,
  store: Pick<Store, "lastObserved">,
): ReadonlyMap<string, readonly string[]> {
  const live = [...sets].flatMap(([label, own]) =>
    own.filter(({ isFrozen }) => !isFrozen).map((set) => ({ label, set, isKnown: countKnown(set) > 0 })),
  );
  if (!live.some(({ set }) => set.observed.some(({ kind }) => kind === "written"))) return new Map();
  // In a plan, a cell that would run has no trials: it reads what its last ones did.
  const known = live.flatMap(({ label, set, isKnown }) =>
    (isKnown ? set.observed : store.lastObserved(set.fingerprint)).map((one) => ({ label, isKnown, ...one })),
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
    // Devices are not kept; of what a cell removed, whoever else makes it is asked.
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
export function isReadOfPath({ kind }: Observation): boolean {
  return !WITHOUT_PATH.has(kind) && kind !== "cwd" && kind !== "written";
}

/** The file of an image or a link in prose, as the page reads it; empty for an address on the network, and for data. */
function fileOfAddress(address: string): string {
  const path = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(address) ? "" : address.replace(/[?#].*/s, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether what a cell observed depends on a path. */
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
