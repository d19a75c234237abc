/**
 * Entry of the thread in which Node runs module hooks (`module.register`), on versions without synchronous hooks. The
 * URL of this module carries the instructions, because Node may call `load` before `initialize()` has ended.
 */
import { PROGRAM_DESCRIPTORS } from "../../model/program-records.ts";
import { setRecordChannel } from "../channel.ts";
import { setReplyChannel } from "../tracing/replies.ts";
import {
  findTypeScript,
  instrumentLoaded,
  type LoadContext,
  type LoadResult,
  loadTypeScript,
  type ResolveContext,
  type ResolveResult,
} from "./module-hooks.ts";
import { installUnmeasured } from "./unmeasured-globals.ts";

setRecordChannel(PROGRAM_DESCRIPTORS.hookRecords);
setReplyChannel(PROGRAM_DESCRIPTORS.hookReplies);
installUnmeasured();
const packages = new Set(JSON.parse(new URL(import.meta.url).searchParams.get("packages") ?? "[]") as string[]);

type Next<Context, Result> = (specifier: string, context: Context) => Promise<Result>;

/** Matches the first stack frame that exists only because of hooks. Plain Node has frames of its loader there. */
const HOOKED = /\n {4}at (?:async )?(?:nextLoad|nextResolve|Hooks\.\w+) \(/;

/** Runs Node's own step. Removes the frames of hooks from the stack of an error that it throws. */
async function withoutHooks<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Error && typeof error.stack === "string") {
      const [whole] = error.stack.split(HOOKED);
      error.stack = whole ?? "";
    }
    throw error;
  }
}

export async function load(
  url: string,
  context: LoadContext,
  next: Next<LoadContext, LoadResult>,
): Promise<LoadResult> {
  return loadTypeScript(url) ?? instrumentLoaded(url, await withoutHooks(() => next(url, context)), packages);
}

export async function resolve(
  specifier: string,
  context: ResolveContext,
  next: Next<ResolveContext, ResolveResult>,
): Promise<ResolveResult> {
  try {
    return await withoutHooks(() => next(specifier, context));
  } catch (error) {
    const found = findTypeScript(specifier, context);
    if (found === undefined) throw error;
    return found;
  }
}
