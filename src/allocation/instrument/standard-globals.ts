/** Globals of every Node version. Their reads are steady unless the file itself assigns them. */
export const STANDARD_GLOBALS: ReadonlySet<string> = new Set(
  `AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean Buffer DataView Date Error
  EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl JSON
  Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol
  SyntaxError TextDecoder TextEncoder TypeError URIError URL Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap
  WeakRef WeakSet clearImmediate clearInterval clearTimeout console globalThis isFinite isNaN parseFloat parseInt
  performance process queueMicrotask setImmediate setInterval setTimeout structuredClone undefined`.split(/\s+/),
);
