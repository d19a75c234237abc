/**
 * Start of a traced program, whose entry Node loads before the main file (`--require`). Prepares the engine, hooks the loading of
 * modules, and ends the region where the run ends. Loads `node:` built-ins only; the build makes one CommonJS file of each entry.
 */
import { writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import { isMainThread } from "node:worker_threads";
import { PROGRAM_DESCRIPTORS, type ProgramInstructions, TRIAL_MARK } from "../../model/program-records.ts";
import { isChannelOpen, send, setRecordChannel } from "../channel.ts";
import { setReplyChannel } from "../tracing/replies.ts";
import { type CallInstructions, PROGRAM_CALL } from "./call.ts";
import { installCallSites } from "./call-sites.ts";
import type { CreateEngine, ProgramEngine } from "./engine.ts";
import { disguise, installFunctionTexts } from "./function-texts.ts";
import { hideCollector } from "./hide-collector.ts";
import { hideGlobals } from "./hide-globals.ts";
import { hidePreload } from "./hide-preload.ts";
import { hasListedWork, isIdle } from "./idle.ts";
import { installHooks } from "./install-hooks.ts";
import { type InternalBinding, loadInternalBinding, loadStackOverrides } from "./internals.ts";
import { keepDescriptors } from "./own-descriptors.ts";
import { SignalWatch } from "./signals.ts";
import { installOverrides, installStacks } from "./stacks.ts";
import { describeUncaught, printNow } from "./uncaught.ts";

/** Between two checks whether the program is idle. */
const CHECK_MS = 10;
/** A program without a server is driven when its main module has had this time. */
const READY_MS = 1000;

type Emit = (event: string, ...values: unknown[]) => boolean;
type Cause = "idle" | "exit" | "signal" | "time" | "returned";

class Run {
  #engine: ProgramEngine | undefined;
  #ended = false;
  #begun = false;
  #timer: NodeJS.Timeout | undefined;

  /** Gives the run its engine, without which it cannot begin. */
  prepare(engine: ProgramEngine): void {
    this.#engine = engine;
  }

  get ended(): boolean {
    return this.#ended;
  }

  begin(isWhole: boolean): void {
    this.#begun = true;
    this.#engine?.begin(isWhole);
  }

  read(): void {
    if (!this.#begun || this.#ended || !isChannelOpen()) return;
    send({ type: "reading" });
    this.#engine?.read();
  }

  end(cause: Cause): void {
    if (this.#ended || !this.#begun) return;
    this.#ended = true;
    clearInterval(this.#timer);
    if (!isChannelOpen()) {
      const { records } = PROGRAM_DESCRIPTORS;
      writeSync(2, `heapbook: the program has closed file descriptor ${records}, so the trace has no results\n`);
      return;
    }
    send({ type: "ending", cause });
    this.#engine?.end();
    send({ type: "end" });
  }

  /** Ends the region when nothing keeps the event loop open. Node's event for that, `beforeExit`, is emitted here in Node's place. */
  watchIdle(emit: Emit): void {
    if (this.#engine?.holdsLoop !== true) return;
    const check = (): void => {
      if (!isIdle()) return;
      emit.call(process, "beforeExit", process.exitCode ?? 0);
      if (hasListedWork()) return;
      this.end("idle");
    };
    this.#timer = setInterval(function heapbookCalls() {
      check();
    }, CHECK_MS).unref();
  }
}

/**
 * Replaces a method that `process` inherits. An own property would be seen more easily.
 */
function replaceInherited(name: "emit", value: unknown): void {
  const prototype = Object.getPrototypeOf(process) as object;
  Object.defineProperty(prototype, name, { value, configurable: true, enumerable: false, writable: true });
}

/**
 * Watches for the ways in which Node ends a process. `process.emit` and `reallyExit` are where signals, `exit` listeners and exits pass.
 * Returns what begins to watch the end of the event loop.
 */
function watchExits(run: Run, signals: SignalWatch): () => void {
  const emit = process.emit as unknown as Emit;
  const { reallyExit, abort } = process as unknown as { reallyExit(code: number): never; abort(): never };
  let uncaught: string | undefined;
  const calls: Emit = function heapbookCalls(this: unknown, event, value, origin): boolean {
    if (event === "exit") run.end("exit");
    signals.take(event);
    // While tracking, `watchIdle` has emitted it.
    if (event === "beforeExit" && run.ended) return false;
    // biome-ignore lint/complexity/noArguments: rest parameters would allocate an array in the program's line
    const isHandled = emit.apply(this, arguments as unknown as Parameters<Emit>);
    signals.follow(event, value, origin);
    if (event === "uncaughtException" && !isHandled) uncaught = describeUncaught(value, origin);
    if (event === "exit" && uncaught !== undefined) {
      printNow(uncaught);
      reallyExit.call(process, Number(process.exitCode ?? 1));
    }
    return isHandled;
  };
  disguise(calls, emit);
  replaceInherited("emit", calls);
  const exits = function heapbookCalls(code: number): void {
    run.end("exit");
    reallyExit.call(process, code);
  };
  const aborts = function heapbookCalls(): void {
    run.end("exit");
    abort.call(process);
  };
  disguise(exits, reallyExit);
  disguise(aborts, abort);
  Object.assign(process, { reallyExit: exits, abort: aborts });
  signals.begin();
  return () => run.watchIdle(emit);
}

/** TCP ports on which the program listens. */
function listPorts(): number[] {
  const { _getActiveHandles: list } = process as unknown as {
    _getActiveHandles(): { address?(): unknown; readonly listening?: unknown }[];
  };
  return list.call(process).flatMap((handle) => {
    if (handle.listening !== true) return [];
    const address = handle.address?.() as { readonly port?: number } | null | undefined;
    return typeof address?.port === "number" ? [address.port] : [];
  });
}

/** Informs the parent when a server listens, or when the program has run for a second without one. */
function reportReady(): void {
  const startMs = performance.now();
  const timer = setInterval(() => {
    const ports = listPorts();
    if (ports.length === 0 && performance.now() - startMs < READY_MS) return;
    clearInterval(timer);
    send({ type: "ready", ports });
  }, CHECK_MS).unref();
}

function startRun(
  instructions: ProgramInstructions,
  createEngine: CreateEngine,
  internalBinding: InternalBinding,
): void {
  const { call, endAfterMs, readOn, isDriven } = instructions;
  setRecordChannel(PROGRAM_DESCRIPTORS.records);
  setReplyChannel(PROGRAM_DESCRIPTORS.replies);
  const run = new Run();
  const signals = new SignalWatch(
    () => run.end("signal"),
    readOn,
    () => run.read(),
  );
  // Before the parent passes signals on: one that nothing watches would end the process.
  const watchIdle = watchExits(run, signals);
  send({
    type: "start",
    limits: { heapSizeLimitBytes: getHeapStatistics().heap_size_limit, semiSpaceStartBytes: readSemiSpace() },
  });
  hideCollector();
  installStacks();
  installFunctionTexts();
  installCallSites(internalBinding);
  keepDescriptors();
  installHooks(instructions, join(dirname(fileURLToPath(import.meta.url)), "hooks.js"));
  run.prepare(createEngine(instructions));
  hideGlobals();
  watchIdle();
  if (isDriven) reportReady();
  if (endAfterMs !== undefined) {
    setTimeout(() => {
      run.end("time");
      process.kill(process.pid, "SIGTERM");
    }, endAfterMs).unref();
  }
  if (call === undefined) {
    run.begin(true);
    return;
  }
  const calling: CallInstructions = { ...call, begin: () => run.begin(false), end: () => run.end("returned") };
  (globalThis as { [PROGRAM_CALL]?: CallInstructions })[PROGRAM_CALL] = calling;
}

/** As in the entry of cells (main.ts), which would be loaded with everything else that it does. */
function readSemiSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0;
}

/** Starts a traced program with an engine. In a worker of the program, which inherits `--require`, only hides that. */
export function startProgram(createEngine: CreateEngine): void {
  const file = fileURLToPath(import.meta.url);
  const text = isMainThread ? process.env["HEAPBOOK_TRIAL"] : undefined;
  if (text === undefined) {
    hidePreload(undefined, file);
    return;
  }
  delete process.env["HEAPBOOK_TRIAL"];
  delete process.env[TRIAL_MARK];
  const instructions = JSON.parse(text) as ProgramInstructions;
  const internalBinding = loadInternalBinding();
  installOverrides(loadStackOverrides());
  hidePreload(instructions.execArgv, file);
  startRun(instructions, createEngine, internalBinding);
}
