/**
 * Bytes that V8 allocates for each `await` of a call after the first one: 48 from V8 14 (Node 26) on, where later
 * awaits reuse the closures of the first and allocate only an entry of the microtask queue, of six words. 0 for earlier versions, in which every `await` of a call has the same size.
 */
export const LATER_AWAIT_BYTES = Number.parseInt(process.versions.v8, 10) < 14 ? 0 : 48;
