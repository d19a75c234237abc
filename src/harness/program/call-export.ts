/** Main file of `heapbook trace --export`, which measures only the call of one export of a program. */
import { pathToFileURL } from "node:url";
import { PROGRAM_DESCRIPTORS } from "../../model/program-records.ts";
import type { ThrownError } from "../../model/thrown-error.ts";
import { send, setRecordChannel } from "../channel.ts";
import { type CallInstructions, MISSING_EXPORT, NOT_CALLABLE, PROGRAM_CALL } from "./call.ts";

setRecordChannel(PROGRAM_DESCRIPTORS.records);
const globals = globalThis as { [PROGRAM_CALL]?: CallInstructions };
const { path, exportName, begin, end } = globals[PROGRAM_CALL] as CallInstructions;
delete globals[PROGRAM_CALL];
process.argv[1] = path;

function refuse(name: string, message: string): never {
  const error: ThrownError = { name, message, stack: "", uncaught: false };
  send({ type: "error", error });
  process.exit(1);
}

const script = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
// A CommonJS module's exports are also the properties of `default`.
const { default: inner } = script;
const all = typeof inner === "object" && inner !== null ? { ...inner, ...script } : script;
if (!Object.hasOwn(all, exportName)) refuse(MISSING_EXPORT, JSON.stringify(Object.keys(all)));
const found = all[exportName];
if (typeof found !== "function") refuse(NOT_CALLABLE, found === null ? "null" : typeof found);

/** Keeps the module and the result alive until the region has ended, as a caller under Node would. */
const held: { script: unknown; result?: unknown } = { script };
async function heapbookCalls(): Promise<void> {
  begin();
  held.result = (found as () => unknown)();
  if (typeof (held.result as PromiseLike<unknown> | null | undefined)?.then === "function")
    held.result = await held.result;
  end();
}
await heapbookCalls();
