import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { Readable, Writable } from "node:stream";
import type { ProgramMapping } from "../allocation/sites.ts";
import { builtFile } from "../files.ts";
import type { Engine } from "../model/instrumentation.ts";
import type { LineProfile, LiveReading } from "../model/line-profile.ts";
import {
  type AssertedRequest,
  type FunctionTextRequest,
  type LoadedModule,
  type LoadRequest,
  type LocatedStack,
  type LocateRequest,
  PROGRAM_DESCRIPTORS,
  type ProgramInstructions,
  type ProgramMessage,
  type ProgramRequest,
  type ResolveRequest,
} from "../model/program-records.ts";
import type { TrialMessage } from "../model/records.ts";
import { EndDeadline } from "./end-deadline.ts";
import { passSignals } from "./program-signals.ts";
import { StreamCapture } from "./stream-capture.ts";
import { TraceSession } from "./trace-session.ts";
import { isProgramMessage, MessageReader } from "./trial-messages.ts";
import type { ProcessExit } from "./trial-process.ts";
import { TrialRecords } from "./trial-records.ts";
import { createMark, MARK, watchTrial } from "./watchdog.ts";

/** Instruments the modules of a program when the program asks for them. */
export interface ModuleLoader {
  readonly mapping: ProgramMapping;
  load(request: LoadRequest): Promise<LoadedModule>;
  resolve(request: ResolveRequest): Promise<string | null>;
  locate(request: LocateRequest): Promise<LocatedStack>;
  functionText(request: FunctionTextRequest): Promise<string | null>;
  assertedText(request: AssertedRequest): Promise<string | null>;
}

/**
 * Where the program's output goes. `terminal`: inherits Heapbook's streams. `stderr`: all of it to stderr. `kept`: to
 * the terminal and kept for the page, through pipes. `hidden`: kept and not shown.
 */
export type ProgramOutput = "terminal" | "stderr" | "kept" | "hidden";

/** A program to trace. */
export interface ProgramSpec {
  /** Absolute path of the Node binary. */
  readonly node: string;
  /** Node's arguments, before the main file. */
  readonly flags: readonly string[];
  /** Path of the main file, and its arguments. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly instructions: ProgramInstructions;
  readonly output: ProgramOutput;
  /** Whether the program reads the user's stdin. */
  readonly hasStdin: boolean;
  /** Time limit in ms, after which the program is killed without results; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  readonly modules: ModuleLoader;
  /**
   * Called with the ports when a server of the program listens. When the promise settles, the program is ended. The
   * signal `ended` aborts when the program has ended.
   */
  readonly drive?: (ports: readonly number[], ended: AbortSignal) => Promise<void>;
}

/** The result of running a traced program to its end. */
export interface ProgramRun {
  readonly exit: ProcessExit;
  readonly records: TrialRecords;
  readonly captures: Readonly<Record<"stdout" | "stderr", StreamCapture>>;
  /** The line profile of the run; undefined if the process ended without sending its readings. */
  readonly profile: LineProfile | undefined;
  readonly readings: readonly LiveReading[];
  /** Packages that the program loaded without instrumentation. */
  readonly packages: ReadonlySet<string>;
  readonly badLine: string | undefined;
  readonly durationMs: number;
  /** Whether Heapbook ended the program: after the time of `--for`, or after the driver. */
  readonly wasEnded: boolean;
  /** Whether the program was killed because it did not end when asked to. */
  readonly wasUnresponsive: boolean;
  /** Largest resident memory seen while the program ran, in bytes; undefined if the system does not show it. */
  readonly residentBytes: number | undefined;
  /** The error with which the driver failed; undefined if it did not. */
  readonly driveError: unknown;
}

/**
 * Time between the last record of a program that Heapbook ends and its SIGKILL, in ms. A program may need it, for
 * example to close its server.
 */
const CLOSING_MS = 10_000;

const entry = (name: string): string => builtFile(`harness/program/${name}`, import.meta.url);

/**
 * Path of the file that Node loads before a traced program. Always the built file, because Node 20 cannot load
 * TypeScript.
 */
const preloadFile = (engine: Engine): string => entry(`preload-${engine}.cjs`);
/** Path of the main file that imports a module and calls one of its exports. */
export const callFile = (): string => entry("call-export.js");

function stdioOf({ output, hasStdin }: ProgramSpec): StdioOptions {
  const [out, err] = {
    terminal: ["inherit", "inherit"],
    stderr: [2, "inherit"],
    kept: ["pipe", "pipe"],
    hidden: ["pipe", "pipe"],
  }[output] as ["pipe", "pipe"];
  const stdio: StdioOptions = [hasStdin ? "inherit" : "ignore", out, err];
  const last = Math.max(...Object.values(PROGRAM_DESCRIPTORS));
  for (let fd = stdio.length; fd <= last; fd++) {
    stdio.push(Object.values<number>(PROGRAM_DESCRIPTORS).includes(fd) ? "pipe" : "ignore");
  }
  return stdio;
}

/**
 * Whether the program shares the terminal and so gets Ctrl-C from it. If not, the program leads its own process group
 * and Heapbook passes signals on. Either way it gets each signal exactly once.
 */
const sharesTerminal = ({ hasStdin }: ProgramSpec): boolean => hasStdin && process.stdin.isTTY === true;

function start(spec: ProgramSpec, mark: string): ChildProcess {
  const env = { ...process.env, HEAPBOOK_TRIAL: JSON.stringify(spec.instructions), [MARK]: mark };
  const args = [
    "--require",
    preloadFile(spec.instructions.tracing.instrumentation.engine),
    ...spec.flags,
    ...spec.argv,
  ];
  // With this, `process.argv0` and `process.title` are the same as for the user's own `node`.
  const { argv0 } = process;
  return spawn(spec.node, args, { argv0, cwd: spec.cwd, env, stdio: stdioOf(spec), detached: !sharesTerminal(spec) });
}

/** Reads the records of one thread of the program, and answers its requests in their order. */
function serve(
  records: Readable,
  replies: Writable,
  spec: ProgramSpec,
  take: (message: Exclude<TrialMessage, ProgramRequest>) => void,
  fail: (error: unknown) => void,
  deadline: EndDeadline,
): MessageReader {
  replies.on("error", () => {}); // the process has ended; its exit is reported elsewhere
  const answer = (value: Promise<unknown>): void => {
    deadline.pause();
    value.then((reply) => replies.write(`${JSON.stringify(reply)}\n`), fail).finally(() => deadline.resume());
  };
  const { modules } = spec;
  const reader = new MessageReader((message) => {
    if (message.type === "load") answer(modules.load(message));
    else if (message.type === "resolve") answer(modules.resolve(message).then((path) => ({ path })));
    else if (message.type === "locate") answer(modules.locate(message));
    else if (message.type === "function-text") answer(modules.functionText(message).then((text) => ({ text })));
    else if (message.type === "asserted") answer(modules.assertedText(message).then((text) => ({ text })));
    else take(message);
    // If a record cannot be read, the program would wait for its answer for ever.
  }, fail);
  records.on("data", (chunk: Buffer) => reader.push(chunk));
  records.once("end", () => reader.end());
  return reader;
}

/** Time between two readings of the program's memory, in ms. */
const LOOK_MS = 100;
const PAGE_BYTES = 4096;

/**
 * Reads the program's resident memory again and again. `most`: the largest reading in bytes; undefined on systems other
 * than Linux.
 */
function watchMemory(pid: number | undefined): { readonly stop: () => void; readonly most: () => number | undefined } {
  let most: number | undefined;
  const look = (): void => {
    try {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
      most = Math.max(most ?? 0, pages * PAGE_BYTES);
    } catch {
      return; // another system, or the program has ended
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return { stop: () => clearInterval(timer), most: () => most };
}

/** Copies what the program prints to the terminal, and keeps it for the page. */
function keepOutput(child: ChildProcess, isShown: boolean): ProgramRun["captures"] {
  const captures = { stdout: new StreamCapture(), stderr: new StreamCapture() };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => {
      captures[name].push(chunk);
      if (isShown) process[name].write(chunk);
    });
  }
  return captures;
}

function whenEnded(child: ChildProcess): Promise<Omit<ProcessExit, "timedOut">> {
  return new Promise((resolve) => {
    child.once("error", (spawnError) => resolve({ exitCode: null, signal: null, spawnError }));
    child.once("exit", (exitCode, signal) => {
      // The pipes may stay open, held by processes that the program has started and left.
      const drain = setTimeout(() => resolve({ exitCode, signal, spawnError: undefined }), 500);
      child.once("close", () => {
        clearTimeout(drain);
        resolve({ exitCode, signal, spawnError: undefined });
      });
    });
  });
}

/**
 * Runs a program as Node runs it, with its modules instrumented as they load, and waits for its end.
 * @throws the first error of instrumenting or of reading a snapshot
 */
export async function runProgram(spec: ProgramSpec): Promise<ProgramRun> {
  const startMs = performance.now();
  const mark = createMark();
  const child = start(spec, mark);
  let endWatch = child.pid === undefined ? () => {} : watchTrial(child.pid, mark, spec.timeoutMs);
  const memory = watchMemory(child.pid);
  const stopPassing = passSignals(child, sharesTerminal(spec));
  const captures = keepOutput(child, spec.output === "kept");
  const pipes = child.stdio as unknown as (Readable & Writable)[];
  const at = (name: keyof typeof PROGRAM_DESCRIPTORS): Readable & Writable => {
    const pipe = pipes[PROGRAM_DESCRIPTORS[name]];
    if (pipe === undefined) throw new Error(`the program has no pipe for its ${name}`);
    return pipe;
  };
  let error: unknown;
  const fail = (reason: unknown): void => {
    error ??= reason;
    child.kill("SIGKILL");
  };
  let wasEnded = false;
  let wasUnresponsive = false;
  let timedOut = false;
  let closing: NodeJS.Timeout | undefined;
  let driveError: unknown;
  const deadline = new EndDeadline(() => {
    wasUnresponsive = true;
    child.kill("SIGKILL");
  });
  const ended = new AbortController();
  const end = (reason?: unknown): void => {
    if (ended.signal.aborted) return;
    driveError = reason;
    wasEnded = true;
    child.kill("SIGTERM");
    deadline.begin(0);
  };
  const expire = (): void => {
    timedOut = true;
    child.kill("SIGKILL");
  };
  const { timeoutMs, drive, instructions } = spec;
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  const { instrumentation } = instructions.tracing;
  const sampling = instrumentation.engine === "sampler" ? instrumentation : undefined;
  const session = new TraceSession(spec.modules.mapping, at("replies"), sampling);
  const records = new TrialRecords(process.cwd());
  const packages = new Set<string>();
  const takeOwn = (message: Exclude<ProgramMessage, ProgramRequest>): void => {
    if (message.type === "package") packages.add(message.name);
    else if (message.type === "ready") drive?.(message.ports, ended.signal).then(() => end(), end);
    else if (message.type === "reading") deadline.pause();
    else {
      wasEnded ||= message.cause === "time";
      deadline.cancel();
      clearTimeout(timer);
      // The watch goes on without a limit.
      endWatch();
      if (child.pid !== undefined) endWatch = watchTrial(child.pid, mark, undefined);
    }
  };
  const answerSnapshot = (message: Extract<TrialMessage, { type: "snapshot" | "sampled" }>): void => {
    if (message.type !== "snapshot" || message.request.kind !== "reading") deadline.pause(); // of a reading, `reading` did
    void session.handle(message).finally(() => deadline.resume());
  };
  const take = (message: Exclude<TrialMessage, ProgramRequest>): void => {
    if (message.type === "snapshot" || message.type === "sampled") answerSnapshot(message);
    else if (message.type === "samples") session.collect(message);
    else if (message.type === "metered") session.add(message);
    else if (isProgramMessage(message)) takeOwn(message as Exclude<ProgramMessage, ProgramRequest>);
    else records.add(message);
    if (message.type === "start" && instructions.endAfterMs !== undefined) deadline.begin(instructions.endAfterMs);
    if (message.type === "end" && wasEnded) closing = setTimeout(() => child.kill("SIGKILL"), CLOSING_MS);
  };
  const main = serve(at("records"), at("replies"), spec, take, fail, deadline);
  const hooks = serve(at("hookRecords"), at("hookReplies"), spec, take, fail, deadline);
  child.once("exit", () => endWatch());
  child.once("exit", () => ended.abort());
  const exit = await whenEnded(child);
  stopPassing();
  memory.stop();
  deadline.cancel();
  for (const each of [timer, closing]) clearTimeout(each);
  for (const stream of [at("records"), at("hookRecords"), child.stdout, child.stderr]) stream?.destroy();
  if (error !== undefined) throw error;
  const [profile] = await session.finish();
  const badLine = main.badLine ?? hooks.badLine;
  return {
    exit: { ...exit, timedOut },
    records,
    captures,
    profile,
    readings: session.readings,
    packages,
    badLine,
    durationMs: performance.now() - startMs,
    wasEnded,
    wasUnresponsive,
    residentBytes: memory.most(),
    driveError,
  };
}
