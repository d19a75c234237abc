/**
 * Bytes of an `await` after the first of a call, from V8 14 on (Node 26), which keeps the closures of the first: what waits in the queue, of
 * six words. 0 for earlier versions, in which all are alike.
 */
export const LATER_AWAIT_BYTES = Number.parseInt(process.versions.v8, 10) < 14 ? 0 : 48;
