import { queryObjects } from "node:v8";
import { withoutWarnings } from "./without-warnings.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");

/** All objects of a class in the heap. Collects garbage first. */
export function listObjects<T extends object>(Constructor: new (...values: never[]) => T): T[] {
  if (withoutWarnings(() => queryObjects(Constructor, { format: "count" })) === 0) return [];
  const found: T[] = [];
  const prototype = Constructor.prototype as object;
  const own = Object.getOwnPropertyDescriptor(prototype, inspect.custom);
  // V8 gives Node the objects, and Node gives texts of them: what makes the text sees the object. What Node itself writes of an object differs
  // between versions.
  Object.defineProperty(prototype, inspect.custom, {
    configurable: true,
    value(this: T): string {
      found.push(this);
      return "";
    },
  });
  try {
    queryObjects(Constructor, { format: "summary" });
  } finally {
    if (own === undefined) Reflect.deleteProperty(prototype, inspect.custom);
    else Object.defineProperty(prototype, inspect.custom, own);
  }
  return found;
}

/** Bytes of the data of buffers. */
export const totalByteLength = (buffers: readonly { readonly byteLength: number }[]): number =>
  buffers.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
