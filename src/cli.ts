#!/usr/bin/env node
import { CommanderError } from "commander";
import { closeInheritedDescriptors } from "./commands/inherited-descriptors.ts";
import { findInterrupt, INTERRUPTED } from "./commands/interrupts.ts";
import { machineLimit } from "./commands/machine-limits.ts";
import { formatUserError, processTerminal } from "./commands/output.ts";
import { createProgram } from "./commands/program.ts";
import { UNEXPECTED, UserError, UserErrors } from "./errors.ts";

const BAD_USAGE = 2;
/** Time in ms to wait for a signal: Ctrl-C may end a program of this process group before Heapbook sees the signal. */
const SIGNAL_MS = 20;

/** Runs the command line. Prints errors that the user can correct without a stack trace. @returns the exit code */
async function main(): Promise<number> {
  let exitCode = 0;
  const terminal = processTerminal;
  try {
    const setExitCode = (code: number): void => {
      exitCode = code;
    };
    // Not for `trace`, whose program gets the same descriptors as under plain Node.
    if (process.argv[2] !== "trace") closeInheritedDescriptors(process.argv.slice(3));
    await createProgram({ root: process.cwd(), terminal, setExitCode }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USAGE;
    // An error after an interrupt is a consequence of the interrupt, whose signal may arrive a little later than the
    // error.
    await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
    const interrupted = findInterrupt();
    if (interrupted !== undefined) {
      terminal.err(`\nInterrupted. ${interrupted.message}\n`);
      return INTERRUPTED;
    }
    if (error instanceof UserErrors || error instanceof UserError) {
      for (const each of error instanceof UserErrors ? error.errors : [error]) terminal.err(formatUserError(each));
      return error.exitCode;
    }
    return reportUnexpected(error);
  }
  return exitCode;
}

/**
 * Prints an unexpected error, which is a fault in Heapbook; one that a limit of the machine caused is printed as a user
 * error. @returns the exit code
 */
async function reportUnexpected(error: unknown): Promise<number> {
  const limit = machineLimit(error);
  if (limit !== undefined) {
    processTerminal.err(formatUserError(limit));
    return limit.exitCode;
  }
  const { formatUnexpected } = await import("./commands/unexpected.ts");
  processTerminal.err(formatUnexpected(error, `heapbook ${process.argv[2] ?? ""}`.trim(), process.cwd()));
  return UNEXPECTED;
}

let ending = false;
for (const name of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(name, async (error: unknown) => {
    // An error while reporting an error must not start another report.
    if (ending) return;
    ending = true;
    process.exit(await reportUnexpected(error).catch(() => UNEXPECTED));
  });
}

function stdoutNotWritable(cause: NodeJS.ErrnoException): UserError {
  return new UserError(`Stdout cannot be written (${cause.code ?? cause.message}).`, {
    code: "output-not-writable",
    hint: "Free space, or send stdout to another file.",
    cause,
  });
}

/**
 * Resolves when a stream has written all its data: `process.exit()` would lose data that a pipe has not accepted yet.
 */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once("error", () => resolve()); // the reader of stdout has ended early, as `head` does
    stream.write("", () => resolve());
  });
}

// The reader of stdout may end early, as in `heapbook render 2>&1 | head`; the render still writes its page. Any other
// error of stdout, as on a full disk, is reported at the end, because the requested output is incomplete.
let stdoutError: NodeJS.ErrnoException | undefined;
process.stderr.on("error", () => {});
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") stdoutError ??= error;
});
let exitCode = await main();
await flush(process.stdout);
if (stdoutError !== undefined) {
  processTerminal.err(formatUserError(stdoutNotWritable(stdoutError)));
  exitCode ||= BAD_USAGE;
}
await flush(process.stderr);
process.exit(exitCode);
