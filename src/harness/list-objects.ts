import { queryObjects } from "node:v8";
import { withoutWarnings } from "./without-warnings.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");

/** Returns all live objects of a class. `queryObjects` collects garbage first. */
export function listObjects<T extends object>(Constructor: new (...values: never[]) => T): T[] {
  if (withoutWarnings(() => queryObjects(Constructor, { format: "count" })) === 0) return [];
  const found: T[] = [];
  const prototype = Constructor.prototype as object;
  const own = Object.getOwnPropertyDescriptor(prototype, inspect.custom);
  // `queryObjects` returns texts, not objects. Node calls `inspect.custom` of each object to make its text, and this
  // method records the object. The texts are not used, because they differ between versions of Node.
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

/** Total length of buffers, in bytes. */
export const totalByteLength = (buffers: readonly { readonly byteLength: number }[]): number =>
  buffers.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
