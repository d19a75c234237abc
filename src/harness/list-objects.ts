import { queryObjects } from "node:v8";
import { withoutWarnings } from "./without-warnings.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");
// Taken before the program may replace them.
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { deleteProperty } = Reflect;

/** A class whose objects are listed. */
type Listed<T extends object> = new (...values: never[]) => T;

/**
 * Returns the objects of `classes` that `queryObjects` finds while `list` runs. `queryObjects` returns texts, not objects.
 * Node calls `inspect.custom` of each object to make its text, and the method set here records the object. The texts are
 * not used, because they differ between versions of Node.
 */
function seeObjects<T extends object>(classes: readonly Listed<T>[], list: () => void): T[] {
  const found: T[] = [];
  const prototypes = classes.map(({ prototype }) => prototype as object);
  const own = prototypes.map((prototype) => getOwnPropertyDescriptor(prototype, inspect.custom));
  for (const prototype of prototypes)
    defineProperty(prototype, inspect.custom, {
      configurable: true,
      value(this: T): string {
        found.push(this);
        return "";
      },
    });
  try {
    list();
  } finally {
    prototypes.forEach((prototype, i) => {
      const descriptor = own[i];
      if (descriptor === undefined) deleteProperty(prototype, inspect.custom);
      else defineProperty(prototype, inspect.custom, descriptor);
    });
  }
  return found;
}

/** Returns all live objects of a class. `queryObjects` collects garbage first. */
export function listObjects<T extends object>(Constructor: Listed<T>): T[] {
  if (withoutWarnings(() => queryObjects(Constructor, { format: "count" })) === 0) return [];
  return seeObjects([Constructor], () => {
    queryObjects(Constructor, { format: "summary" });
  });
}

/** Total length of buffers, in bytes. */
export const totalByteLength = (buffers: readonly { readonly byteLength: number }[]): number =>
  buffers.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
