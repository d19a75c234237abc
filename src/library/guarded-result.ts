import type { ResultModule } from "../model/result-module.ts";
import { GUARDED } from "./table.ts";
import { suggest } from "./variants.ts";

/** Fields that metrics and estimates may lack, and that the library itself reads from both. */
const OPTIONAL: readonly string[] = ["note", "systematicError", "intervals", "samples", "mode"];

/** Names that JavaScript, Node and common libraries read from any object to find out its kind. */
const PROBED: readonly string[] = [
  ...["then", "toJSON", "inspect", "length", "size", "next", "callee", "splice", "nodeType", "tagName", "window"],
  ...["href", "protocol", "auth", "on", "pipe", "emit", "read", "write", "getReader", "signal", "buffer", "byteLength"],
  ...[
    "message",
    "stack",
    "code",
    "cause",
    "$$typeof",
    "asymmetricMatch",
    "toBSON",
    "__proto__",
    "__esModule",
    "default",
  ],
];

/** Fields that other tools have under another name, or that a metric does not have, with the field to read. */
const MEANT: Readonly<Record<string, string>> = {
  ...{ median: "value", mean: "value", average: "value", avg: "value", estimate: "value" },
  ...{ min: "low", lower: "low", max: "high", upper: "high", interval: "low` and `high" },
  ...{ values: "samples", readings: "samples", trials: "samples", n: "samples", count: "samples", name: "label" },
};

/**
 * Makes reading a field that a result does not have an error with the names of its fields: `metrics.peakLive.median` would be
 * undefined, and NaN in each sum. Guards the result, its variants, their metrics, collections, marking steps and checkpoints, in
 * place. A metric that a variant lacks (`variants[0].metrics.own`) still reads as undefined, because variants may differ.
 *
 * The guard is the prototype of each object, so copies, JSON and `structuredClone()` have the object's own fields only.
 */
export function guardResult(result: ResultModule): ResultModule {
  for (const variant of result.variants) {
    const metrics = [variant.metrics, ...Object.values(variant.regions)].flatMap((named) => Object.values(named));
    guardAll("metric", metrics);
    guardAll("collection", variant.collections);
    guardAll("marking step", variant.markingSteps);
    guardAll("checkpoint", variant.checkpoints);
  }
  guardAll("variant", result.variants);
  return guard("result", result);
}

/**
 * Gives an object a prototype that throws where a field is read that neither the object nor every object has.
 * @param describeMissing the message, from the name that was read and the names that there are
 */
export function guard<T extends object>(
  what: string,
  object: T,
  describeMissing?: (name: string, known: ReadonlySet<string>) => string,
): T {
  return Object.setPrototypeOf(object, guardOf(what, describeMissing));
}

function guardAll(what: string, objects: readonly object[]): void {
  const prototype = guardOf(what);
  for (const object of objects) Object.setPrototypeOf(object, prototype);
}

/** A prototype for objects of one kind. Its own prototype is `Object.prototype`, so the objects look like any object. */
function guardOf(
  what: string,
  describeMissing = (name: string, known: ReadonlySet<string>): string => describe(what, name, known),
): object {
  return new Proxy(Object.defineProperty({}, GUARDED, { value: true }), {
    get(target, name, receiver) {
      if (typeof name === "symbol" || name in target || OPTIONAL.includes(name) || PROBED.includes(name))
        return Reflect.get(target, name, receiver);
      throw new TypeError(describeMissing(name, new Set(Object.keys(receiver))));
    },
  });
}

function describe(what: string, name: string, known: ReadonlySet<string>): string {
  const article = /^[aeiou]/.test(what) ? "An" : "A";
  const meant = Object.hasOwn(MEANT, name) ? MEANT[name] : undefined;
  const isMeant = meant?.split("` and `").every((each) => known.has(each)) === true;
  const hint = isMeant ? `Read \`${meant}\`. Available: ${[...known].join(", ")}.` : suggest(name, known);
  return `${article} ${what} has no field \`${name}\`. ${hint}`;
}
