import { dirname } from "node:path";
import { UserError } from "../errors.ts";
import { INSPECTOR_PORT, inspectCell } from "../pipeline/inspect-cell.ts";
import { summarizeFailure } from "../render/text/failure-summary.ts";
import { findStoreRoot } from "../store/store-root.ts";
import { formatWarning, type Terminal } from "./output.ts";
import { findReports } from "./targets.ts";

export interface InspectFlags {
  /** Label of the cell. */
  readonly label: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Tells the user how to attach a debugger to a process that waits on a port. */
function describeDebugger(port: number): string {
  const where =
    port === INSPECTOR_PORT
      ? "Open chrome://inspect in Chrome and choose `inspect`"
      : `Open chrome://inspect in Chrome, add 127.0.0.1:${port} under \`Configure…\`, and choose \`inspect\``;
  return `${where}; or attach an editor to 127.0.0.1:${port}.`;
}

/**
 * `heapbook render --inspect <cell>`: runs one cell under a debugger.
 * @returns the exit code: 0, or 1 if the cell failed
 * @throws UserError `one-report-needed`, and those of `inspectCell()`
 */
export async function runInspect(
  targets: readonly string[],
  { label, params }: InspectFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<0 | 1> {
  const [path, ...others] = findReports(root, targets);
  if (path === undefined || others.length > 0) {
    throw new UserError("`--inspect` needs one report, but several are named.", {
      code: "one-report-needed",
      hint: `Write \`heapbook render my-report --inspect ${label}\`.`,
    });
  }
  const failure = await inspectCell({
    path,
    root,
    storeRoot: findStoreRoot(dirname(path), root),
    label,
    params,
    signal,
    onStart({ port, variant, variants }) {
      const values = Object.entries(variant).map(([name, value]) => `${name} = ${String(value)}`);
      const which = variants === 1 ? "" : `, variant ${values.join(", ")} (the first of ${variants})`;
      terminal.err(`cell \`${label}\`${which} waits for a debugger\n  ${describeDebugger(port)}\n`);
      terminal.err("  Then resume once: the debugger stops at the first line of the cell. Ctrl-C ends the process.\n");
    },
    onOutput: (stream, chunk) => void process[stream].write(chunk),
    onWarning: (message) => terminal.err(formatWarning(message)),
  });
  terminal.err(failure === null ? "the cell completed\n" : `the cell failed: ${summarizeFailure(failure)}\n`);
  return failure === null ? 0 : 1;
}
