/** Entry of the thread that draws charts: answers each request with the drawing or the error. */
import { parentPort } from "node:worker_threads";
import { drawAnew } from "./draw-anew.ts";
import { answerError, type DrawingAnswer, type DrawingRequest } from "./drawing-messages.ts";

if (parentPort === null) throw new Error("drawing-worker.ts runs as a thread only");
const port = parentPort;

async function answer({ chart, options }: DrawingRequest): Promise<DrawingAnswer> {
  try {
    return { drawn: await drawAnew(chart, options) };
  } catch (error) {
    return answerError(error);
  }
}

port.on("message", async (request: DrawingRequest) => port.postMessage(await answer(request)));
