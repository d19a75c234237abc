import { KEEP_MODULE } from "../model/kept-modules.ts";

/**
 * The functions given by bundles. Has room for more bundles than a process loads, because growing the array would be in
 * a region's readings.
 */
const kept: unknown[] = new Array(8).fill(undefined);
let count = 0;

/**
 * Defines the global function to which a bundle gives access to its modules' state. Keeps that state alive until the
 * process ends, as Node does.
 */
export function keepModules(): void {
  const value = (state: () => unknown): void => {
    kept[count++] = state;
  };
  Object.defineProperty(globalThis, Symbol.for(KEEP_MODULE), { value, configurable: true, enumerable: false });
}
