import { KEEP_MODULE } from "../model/kept-modules.ts";

/** Has room for more bundles than a process loads: an array that grows would be in a region's readings. */
const kept: unknown[] = new Array(8).fill(undefined);
let count = 0;

/** Defines the function that keeps the state of a bundle's modules until the process ends, as Node keeps modules. */
export function keepModules(): void {
  const value = (state: () => unknown): void => {
    kept[count++] = state;
  };
  Object.defineProperty(globalThis, Symbol.for(KEEP_MODULE), { value, configurable: true, enumerable: false });
}
