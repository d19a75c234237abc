/**
 * Functions that instrumented code calls, for a thread whose allocations are not measured: a program's module hooks run in Node's thread of
 * hooks, and Node loads them, and what they import, through Heapbook's.
 */
import { STACK_LIMIT } from "../../model/program-records.ts";
import { installMarkers } from "../markers.ts";

/** The functions of the meter (meter/meter.ts). */
const METER = [
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
