import { resolve } from "node:path";
import type { Recorder } from "./recorder.ts";

/** Matches options of Node that name a file which Node reads before it loads any module. */
const READS_FILE =
  /^--(?:env-file(?:-if-exists)?|snapshot-blob|openssl-config|icu-data-dir|experimental-config-file|experimental-policy)$/;

/** Matches options whose value is the next argument, unless the option contains `=`. */
const TAKES_VALUE =
  /^(?:-[rC]|--(?:require|import|(?:experimental-)?loader|conditions|env-file(?:-if-exists)?|snapshot-blob|openssl-config|icu-data-dir|experimental-config-file|experimental-policy|title|input-type|stack-trace-limit|max-http-header-size|test-name-pattern|test-reporter(?:-destination)?|watch-path|run|eval|print))$|^-[ep]+$/;

/** Options under which reads of Node cannot be observed from inside its process, each with the text that reports it. */
const HIDES: readonly (readonly [option: RegExp, what: string])[] = [
  [/^--(?:experimental-)?permission$/, "a Node with the permission model"],
  [/^--(?:experimental-)?loader$/, "a Node with `--experimental-loader`"],
  [/^--run$/, "`node --run`"],
  // They start processes by functions of Node's own, which `observeProcesses` cannot wrap.
  [/^--test$/, "`node --test`"],
  [/^--watch(?:-path)?$/, "`node --watch`"],
];

/**
 * Records the files that a Node process reads because of its command line.
 * @param args arguments after the program
 * @param folder working folder of the process
 * @returns the script as written; undefined if there is none; null if the process cannot be observed
 */
export function noteNodeOptions(
  args: readonly unknown[],
  folder: string,
  recorder: Recorder,
): string | null | undefined {
  const words = args.map(String);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) return word;
    if (word === "--") return words[at + 1];
    const [option = "", inWord] = word.split(/=(.*)/s);
    const hidden = HIDES.find(([each]) => each.test(option));
    if (hidden !== undefined) {
      recorder.unobserved(hidden[1]);
      return null;
    }
    const value = inWord ?? (TAKES_VALUE.test(option) ? words[++at] : undefined);
    if (value !== undefined && READS_FILE.test(option)) recorder.read("content", resolve(folder, value));
  }
  return undefined;
}
