/** Entry of the thread that draws charts: answers each `DrawingRequest` with a `DrawingReply`. */
import { parentPort } from "node:worker_threads";
import { UserError } from "../errors.ts";
import { drawAnew } from "./draw-anew.ts";
import type { DrawingReply, DrawingRequest } from "./drawing-request.ts";

parentPort?.on("message", async ({ chart, options }: DrawingRequest) => {
  parentPort?.postMessage(await reply(chart, options));
});

async function reply(chart: DrawingRequest["chart"], options: DrawingRequest["options"]): Promise<DrawingReply> {
  try {
    return { drawn: await drawAnew(chart, options) };
  } catch (error) {
    if (error instanceof UserError) {
      const { message, code, position, hint, exitCode } = error;
      return { mistake: { message, code, position, hint, exitCode } };
    }
    return { exception: error instanceof Error ? error.message : String(error) };
  }
}
