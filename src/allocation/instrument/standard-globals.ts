/**
 * Globals of the language whose reads are steady unless the file itself assigns them. Globals that programs replace at
 * run time (by fake clocks, mocks, polyfills) are missing: `Date`, `Promise`, timers, `console`, `process`,
 * `performance` and others of Node.
 */
export const STANDARD_GLOBALS: ReadonlySet<string> = new Set(
  `AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean Buffer DataView Error
  EvalError Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array JSON
  Map Math NaN Number Object Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol
  SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap
  WeakRef WeakSet globalThis isFinite isNaN parseFloat parseInt undefined`.split(/\s+/),
);
