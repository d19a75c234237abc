/**
 * Defines the functions that instrumented code calls, for Node's thread of module hooks, whose allocations are not
 * measured. Node loads a program's module hooks, and what they import, through Heapbook's hooks.
 */
import { STACK_LIMIT } from "../../model/program-records.ts";
import { installMarkers } from "../markers.ts";

/** Names of the meter's functions, after `$hbm` (meter/meter.ts). */
const METER = [
  "Add",
  "Large",
  "In",
  "Enter",
  "InOf",
  "Out",
  "OutLarge",
  "Made",
  "Due",
  "Yield",
  "Begin",
  "Await",
  "Resume",
  "Step",
  "Here",
  "Leave",
];

export function installUnmeasured(): void {
  installMarkers(0);
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, enumerable: false, configurable: true });
  };
  define("$hbNamed", (error: unknown) => error);
  for (const name of METER) define(`$hbm${name}`, () => 0);
  Object.defineProperty(Error, STACK_LIMIT, {
    configurable: true,
    enumerable: false,
    get: () => Error.stackTraceLimit,
    set: (value: number) => {
      Error.stackTraceLimit = value;
    },
  });
}
