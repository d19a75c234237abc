import fs from "node:fs";
import { fileURLToPath } from "node:url";
import type { Recorder } from "./recorder.ts";

type Method = (...args: never[]) => unknown;
type Arguments = readonly unknown[];

/**
 * Wraps a method so that `before` sees the arguments of each call, and `after` the returned value. Methods that this
 * version of Node lacks are skipped.
 */
export function watch(
  owner: object,
  name: string,
  before: (args: Arguments) => void,
  after?: (value: unknown, args: Arguments) => void,
) {
  const methods = owner as Record<string, unknown>;
  const original = methods[name];
  if (typeof original !== "function") return;
  const wrapped = function (this: unknown, ...args: never[]): unknown {
    before(args);
    const value = Reflect.apply(original as Method, this, args);
    after?.(value, args);
    return value;
  };
  // Copies name, length, and properties such as the symbol of util.promisify.
  const { prototype: _prototype, ...properties } = Object.getOwnPropertyDescriptors(original);
  Object.defineProperties(wrapped, properties);
  methods[name] = wrapped;
}

const flagOf = (options: unknown, name: "flag" | "flags"): unknown =>
  typeof options === "object" && options !== null ? (options as Record<string, unknown>)[name] : undefined;

const isRecursive = (options: unknown): boolean =>
  typeof options === "object" && options !== null && (options as { recursive?: unknown }).recursive === true;

/** Records an `open` with the given flags as a read, a write or an append. Default: a read. */
function opens(recorder: Recorder, path: unknown, flags: unknown): void {
  const { O_WRONLY, O_RDWR, O_TRUNC, O_APPEND, O_EXCL } = fs.constants;
  const number = typeof flags === "number" ? flags : 0;
  const text = typeof flags === "string" ? flags : "";
  if (text.includes("x") || (number & O_EXCL) !== 0) recorder.read("exists", path);
  if (text.startsWith("w") || (number & O_TRUNC) !== 0) recorder.wrote(path);
  else if (text === "a" || text === "as" || text === "ax" || ((number & O_APPEND) !== 0 && (number & O_RDWR) === 0)) {
    recorder.appends(path);
  } else if ((number & O_WRONLY) !== 0) recorder.appends(path);
  else recorder.read("content", path);
}

function writes(recorder: Recorder, path: unknown, flag: unknown): void {
  if (typeof flag === "string" && !flag.startsWith("w")) recorder.appends(path);
  else recorder.wrote(path);
}

/**
 * Observes `node:fs`: each function under its name without `Sync`, in its callback, sync and promise form. The caller
 * must call `syncBuiltinESMExports()` afterwards.
 */
export function observeFiles(recorder: Recorder): void {
  const methods: Readonly<Record<string, (args: Arguments) => void>> = {
    readFile: ([path, options]) => opens(recorder, path, flagOf(options, "flag")),
    createReadStream: ([path, options]) => opens(recorder, path, flagOf(options, "flags")),
    open: ([path, flags]) => opens(recorder, path, typeof flags === "function" ? undefined : flags),
    openAsBlob: ([path]) => recorder.read("content", path),
    readdir: ([path, options]) => recorder.read(isRecursive(options) ? "tree" : "names", path),
    opendir: ([path, options]) => recorder.read(isRecursive(options) ? "tree" : "names", path),
    glob: ([, options]) => recorder.read("tree", (options as { cwd?: unknown } | undefined)?.cwd ?? "."),
    exists: ([path]) => recorder.read("exists", path),
    access: ([path, mode]) => recorder.read(typeof mode === "number" && mode !== 0 ? "mode" : "exists", path),
    stat: ([path]) => recorder.read("state", path),
    lstat: ([path]) => recorder.read("state", path),
    watch: ([path]) => recorder.read("exists", path),
    statfs: ([path]) => recorder.read("exists", path),
    watchFile: ([path]) => recorder.read("state", path),
    readlink: ([path]) => recorder.read("link", path),
    realpath: ([path]) => recorder.read("link", path),
    copyFile: ([from, to]) => {
      recorder.read("content", from);
      recorder.wrote(to);
    },
    cp: ([from, to, options]) => {
      copyTree(recorder, from, to, isRecursive(options));
      // A folder that exists keeps its other entries.
      if (isRecursive(options)) recorder.makes(to);
      else recorder.wrote(to);
    },
    writeFile: ([path, , options]) => writes(recorder, path, flagOf(options, "flag")),
    createWriteStream: ([path, options]) => writes(recorder, path, flagOf(options, "flags")),
    appendFile: ([path]) => recorder.appends(path),
    truncate: ([path]) => recorder.appends(path),
    mkdir: ([path]) => recorder.makes(path),
    rename: ([from, to]) => {
      recorder.read("content", from);
      recorder.wrote(from);
      recorder.wrote(to);
    },
    link: ([from, to]) => {
      recorder.read("content", from);
      recorder.wrote(to);
    },
    symlink: ([, path]) => recorder.wrote(path),
    rm: ([path]) => recorder.wrote(path),
    rmdir: ([path]) => recorder.wrote(path),
    unlink: ([path]) => recorder.wrote(path),
  };
  for (const [name, before] of Object.entries(methods)) {
    watch(fs, name, before);
    watch(fs, `${name}Sync`, before);
    watch(fs.promises, name, before);
  }
  for (const owner of [fs.realpath, fs.realpathSync]) {
    watch(owner, "native", ([path]) => recorder.read("link", path));
  }
  const made = (folder: unknown): void => recorder.wrote(folder);
  watch(fs, "mkdtempSync", () => {}, made);
  watch(
    fs.promises,
    "mkdtemp",
    () => {},
    (folder) => void (folder as Promise<string>).then(made, () => {}),
  );
  watchFolderCallback(recorder);
  watch(process, "loadEnvFile", ([path]) => recorder.read("content", path ?? ".env"));
  watch(process, "cwd", () => recorder.observe("cwd", ""));
}

/** Observes `fs.mkdtemp`, whose callback receives the name of the new folder. */
function watchFolderCallback(recorder: Recorder): void {
  const original = fs.mkdtemp as (...args: unknown[]) => void;
  (fs as unknown as Record<string, unknown>)["mkdtemp"] = (...args: unknown[]): void => {
    const done = args.at(-1) as (error: unknown, folder: string) => void;
    original(...args.slice(0, -1), (error: unknown, folder: string) => {
      if (error === null) recorder.wrote(folder);
      done(error, folder);
    });
  };
}

/**
 * Records a copy of a file or folder: a read of the names and files below `from`, and a write of each file below `to`.
 */
function copyTree(recorder: Recorder, from: unknown, to: unknown, below: boolean): void {
  recorder.read("content", from);
  if (!below || !(typeof from === "string" || from instanceof URL)) return;
  recorder.read("tree", from);
  try {
    const folder = from instanceof URL ? fileURLToPath(from) : from;
    const target = to instanceof URL ? fileURLToPath(to) : to;
    for (const entry of listBelow(folder)) {
      recorder.read("content", entry);
      if (typeof target === "string") recorder.wrote(target + entry.slice(folder.length));
    }
  } catch {
    // A folder that cannot be listed cannot be copied: the copy itself fails with an error.
  }
}

const { readdirSync } = fs;

function listBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? listBelow(path) : [path];
  });
}
