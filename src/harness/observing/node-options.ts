import { resolve } from "node:path";
import type { Recorder } from "./recorder.ts";

/** Options of Node whose value is a file that Node reads before any module loads. */
const READS_FILE =
  /^--(?:env-file(?:-if-exists)?|snapshot-blob|openssl-config|icu-data-dir|experimental-config-file|experimental-policy)$/;

/** Options whose value is the next argument, where it has no `=`. */
const TAKES_VALUE =
  /^(?:-[rC]|--(?:require|import|(?:experimental-)?loader|conditions|env-file(?:-if-exists)?|snapshot-blob|openssl-config|icu-data-dir|experimental-config-file|experimental-policy|title|input-type|stack-trace-limit|max-http-header-size|test-name-pattern|test-reporter(?:-destination)?|watch-path|run|eval|print))$|^-[ep]+$/;

/** Options under which Node reads what no module in it sees. */
const HIDES: readonly (readonly [option: RegExp, what: string])[] = [
  [/^--(?:experimental-)?permission$/, "a Node with the permission model"],
  [/^--(?:experimental-)?loader$/, "a Node with `--experimental-loader`"],
  [/^--run$/, "`node --run`"],
];

/**
 * Records what a Node reads because of its command line.
 * @param args of the command line, without the program
 * @param folder working folder of the Node
 * @returns the script, as it is written; undefined where there is none; null where the Node cannot be observed
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
