/**
 * Starts a traced program. Node loads this entry before the main file (`--require`). Prepares the engine, hooks the
 * loading of modules, and ends the region when the program ends. Loads `node:` built-ins only; the build bundles each
 * entry into one CommonJS file.
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
import { installExcerpts } from "./excerpts.ts";
import { disguise, installFunctionTexts } from "./function-texts.ts";
import { hideCollector } from "./hide-collector.ts";
import { hideGlobals } from "./hide-globals.ts";
import { hidePreload } from "./hide-preload.ts";
import { hasListedWork, isIdle } from "./idle.ts";
import { installHooks } from "./install-hooks.ts";
import { type InternalBinding, loadFatalEnhancers, loadInternalBinding, loadStackOverrides } from "./internals.ts";
import { loadModuleLoader, type ModuleLoader } from "./module-loader.ts";
import { keepDescriptors } from "./own-descriptors.ts";
import { SignalWatch } from "./signals.ts";
import { installOverrides, installStacks } from "./stacks.ts";
import { describeUncaught, printNow } from "./uncaught.ts";

/** Time between two checks whether the program is idle, in ms. */
const CHECK_MS = 10;
/**
 * Idle time of the event loop after which a program without a server counts as ready to be driven, in ms. A program
 * that still loads modules is hardly idle.
 */
const READY_MS = 1000;
/** Time since the start after which a program without a server counts as ready in any case, in ms. */
const LATEST_READY_MS = 30_000;

/** More than the 7 objects of a constructor after which V8 fixes their size. */
const SETTLING_OBJECTS = 16;

type Emit = (event: string, ...values: unknown[]) => boolean;
type Cause = "idle" | "exit" | "signal" | "time" | "returned";

class Run {
  #engine: ProgramEngine | undefined;
  #ended = false;
  #begun = false;
  #timer: NodeJS.Timeout | undefined;

  /** Sets the engine. The run cannot begin without one. */
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

  read(isDriverStart: boolean): void {
    if (!this.#begun || this.#ended || !isChannelOpen()) return;
    send({ type: "reading" });
    this.#engine?.read(isDriverStart);
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

  /**
   * Ends the region when nothing keeps the event loop open. Emits `beforeExit` before, because Node itself cannot do so
   * while tracking keeps the loop open.
   */
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

/** Replaces a method that `process` inherits, on its prototype. A program would notice an own property more easily. */
function replaceInherited(name: "emit", value: unknown): void {
  const prototype = Object.getPrototypeOf(process) as object;
  Object.defineProperty(prototype, name, { value, configurable: true, enumerable: false, writable: true });
}

/**
 * Watches all ways in which a process ends. Signals and `exit` events pass through `process.emit`, exits through
 * `reallyExit`. Returns a function that begins to watch for the end of the event loop.
 */
function watchExits(run: Run, signals: SignalWatch): () => void {
  const emit = process.emit as unknown as Emit;
  const { reallyExit, abort } = process as unknown as { reallyExit(code: number): never; abort(): never };
  let uncaught: string | undefined;
  const calls: Emit = function heapbookCalls(this: unknown, event, value, origin): boolean {
    if (event === "exit") run.end("exit");
    signals.take(event);
    // `watchIdle` has emitted the event already, while tracking was on.
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

/** Lists the TCP ports on which the program listens. */
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

/**
 * Tells the parent when the program is ready to be driven: when a server listens, or without one after `READY_MS` of
 * idle time or `LATEST_READY_MS`.
 */
function reportReady(run: Run): void {
  const startMs = performance.now();
  // Copied before the program may replace it.
  const { eventLoopUtilization } = performance;
  const timer = setInterval(() => {
    const ports = listPorts();
    const hasWaited = eventLoopUtilization().idle >= READY_MS || performance.now() - startMs >= LATEST_READY_MS;
    if (ports.length === 0 && !hasWaited) return;
    clearInterval(timer);
    // What is live now is what the program needs to start; what is live more at the end, the driver made it keep.
    run.read(true);
    send({ type: "ready", ports });
  }, CHECK_MS).unref();
}

function startRun(
  instructions: ProgramInstructions,
  createEngine: CreateEngine,
  internalBinding: InternalBinding,
  loader: ModuleLoader,
): void {
  const { call, endAfterMs, readOn, isDriven } = instructions;
  setRecordChannel(PROGRAM_DESCRIPTORS.records);
  setReplyChannel(PROGRAM_DESCRIPTORS.replies);
  const run = new Run();
  const signals = new SignalWatch(
    () => run.end("signal"),
    readOn,
    () => run.read(false),
  );
  // Watching begins before the parent passes signals on: an unwatched signal would end the process.
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
  installHooks(instructions, join(dirname(fileURLToPath(import.meta.url)), "hooks.js"), loader);
  run.prepare(createEngine(instructions));
  hideGlobals();
  watchIdle();
  if (isDriven) reportReady(run);
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

/** Present size of one semi-space, in bytes. Repeated from main.ts, which would be loaded with all its imports. */
function readSemiSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0;
}

/**
 * Makes as many URLs as V8 looks at before it fixes how many fields such an object holds itself, and keeps them meanwhile. Where a collection
 * of Heapbook's comes between the first URLs and these are dead, V8 has forgotten their fields and leaves no room for them: each URL of the
 * program then had 288 B more, in arrays of its own.
 */
function settleShapeOfUrl(): void {
  const urls: URL[] = [];
  while (urls.length < SETTLING_OBJECTS) urls.push(new URL("http://localhost/"));
}

/**
 * Starts a traced program with an engine. A worker thread of the program inherits `--require`; there, only hides the
 * preloaded file.
 */
export function startProgram(createEngine: CreateEngine): void {
  const file = fileURLToPath(import.meta.url);
  const text = isMainThread ? process.env["HEAPBOOK_TRIAL"] : undefined;
  if (text === undefined) {
    hidePreload(undefined, file);
    return;
  }
  settleShapeOfUrl();
  delete process.env["HEAPBOOK_TRIAL"];
  delete process.env[TRIAL_MARK];
  const instructions = JSON.parse(text) as ProgramInstructions;
  const internalBinding = loadInternalBinding();
  installOverrides(loadStackOverrides());
  installExcerpts(internalBinding, loadFatalEnhancers());
  const loader = loadModuleLoader();
  hidePreload(instructions.execArgv, file);
  startRun(instructions, createEngine, internalBinding, loader);
}
