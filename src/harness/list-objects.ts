import { queryObjects } from "node:v8";
import { withoutWarnings } from "./without-warnings.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");
// Taken before the program may replace them.
const { create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, isExtensible, setPrototypeOf } = Object;
const { deleteProperty } = Reflect;

/** A class whose objects are listed. */
type Listed<T extends object> = new (...values: never[]) => T;

/**
 * Gives `list` the objects of which Node makes texts while it runs. V8 gives Node the objects, and Node gives texts of them: what makes the
 * text sees the object. What Node itself writes of an object differs between versions.
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

/** All objects of a class in the heap. Collects garbage first. */
export function listObjects<T extends object>(Constructor: Listed<T>): T[] {
  if (withoutWarnings(() => queryObjects(Constructor, { format: "count" })) === 0) return [];
  return seeObjects([Constructor], () => {
    queryObjects(Constructor, { format: "summary" });
  });
}

/**
 * All objects of several classes, of which none extends another, in one walk of the heap: a walk with its full collection takes as long as
 * a heap snapshot. While it runs, the classes inherit from one. Collects garbage first.
 */
export function listObjectsOfAll<T extends object>(classes: readonly Listed<T>[]): T[] {
  const prototypes = classes.map(({ prototype }) => prototype as object);
  // The program has frozen one.
  if (!prototypes.every(isExtensible)) return classes.flatMap((each) => listObjects(each));
  const parents = prototypes.map((prototype) => getPrototypeOf(prototype) as object | null);
  function Common(): void {}
  Common.prototype = create(parents[0] ?? null) as object;
  return seeObjects(classes, () => {
    try {
      for (const prototype of prototypes) setPrototypeOf(prototype, Common.prototype as object);
      withoutWarnings(() => queryObjects(Common as unknown as Listed<T>, { format: "summary" }));
    } finally {
      prototypes.forEach((prototype, i) => {
        setPrototypeOf(prototype, parents[i] ?? null);
      });
    }
  });
}

/** Bytes of the data of buffers. */
export const totalByteLength = (buffers: readonly { readonly byteLength: number }[]): number =>
  buffers.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
