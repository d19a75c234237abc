/**
 * Entry of the process that draws charts. Its main thread passes each request to a drawing thread and returns the
 * answer. The main thread never draws: it must notice during a drawing that the channel to the parent has closed, and
 * then end.
 */
import { answerError, type DrawingAnswer, type DrawingLimits, type DrawingRequest } from "./drawing-messages.ts";
import { DrawingThread } from "./drawing-thread.ts";

/** The limits, as JSON, are the only command-line argument. */
const limits = JSON.parse(process.argv[2] ?? "") as DrawingLimits;
const thread = new DrawingThread(limits);

async function answer({ chart, options }: DrawingRequest): Promise<DrawingAnswer> {
  try {
    return { drawn: await thread.draw(chart, options) };
  } catch (error) {
    return answerError(error);
  }
}

process.on("message", async (request: DrawingRequest) => {
  // Errors of sending are ignored: the parent has ended, and `disconnect` ends this process.
  process.send?.(await answer(request), undefined, undefined, () => {});
});
process.once("disconnect", () => process.exit());
// The channel may have closed before the listener was added.
if (!process.connected) process.exit();
