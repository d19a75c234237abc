/**
 * Entry of the process that draws charts: passes each request to a drawing thread, and its answer back. The main thread never draws, so that
 * it sees the end of the channel, which closes when the process of the command line ends, while a drawing computes.
 */
import { answerError, type DrawingAnswer, type DrawingLimits, type DrawingRequest } from "./drawing-messages.ts";
import { DrawingThread } from "./drawing-thread.ts";

/** The limits are the only argument, as JSON. */
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
  // A process that asked and has ended since needs no answer: `disconnect` ends this one.
  process.send?.(await answer(request), undefined, undefined, () => {});
});
process.once("disconnect", () => process.exit());
// The channel may have closed before the listener was there.
if (!process.connected) process.exit();
