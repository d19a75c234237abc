/**
 * Entry of the thread in which Node runs module hooks (`module.register`), where Node lacks synchronous hooks. Instructions come
 * in the URL: a `load` can be asked for before `initialize()` has ended.
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

setRecordChannel(PROGRAM_DESCRIPTORS.hookRecords);
setReplyChannel(PROGRAM_DESCRIPTORS.hookReplies);
const packages = new Set(JSON.parse(new URL(import.meta.url).searchParams.get("packages") ?? "[]") as string[]);

type Next<Context, Result> = (specifier: string, context: Context) => Promise<Result>;

export async function load(
  url: string,
  context: LoadContext,
  next: Next<LoadContext, LoadResult>,
): Promise<LoadResult> {
  return loadTypeScript(url) ?? instrumentLoaded(url, await next(url, context), packages);
}

export async function resolve(
  specifier: string,
  context: ResolveContext,
  next: Next<ResolveContext, ResolveResult>,
): Promise<ResolveResult> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const found = findTypeScript(specifier, context);
    if (found === undefined) throw error;
    return found;
  }
}
