import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Observation } from "../model/observations.ts";
import type { PlaceReader } from "../store/store.ts";
import { mapTexts } from "./map-texts.ts";
import { escapeRegExp, type FrameMapper, lazyFrameMapper, mapText } from "./stack-frames.ts";
import { harnessMain } from "./trial-process.ts";

/**
 * What a cell prints of stacks, at the author's lines. A printed line is a result that depends on where the cell stands in report.md, which
 * its bundle does not: each is an observation of the kind `place`.
 */
export class PrintedPlaces {
  readonly #bundlePath: string;
  readonly #mapper: () => FrameMapper;
  readonly #seen = new Map<string, string>();
  /** Heapbook's own folder, as stacks and paths name it. */
  readonly #own: RegExp;

  constructor(bundlePath: string, mapper: () => FrameMapper) {
    this.#bundlePath = bundlePath;
    this.#mapper = mapper;
    const folder = dirname(dirname(harnessMain()));
    const names = [pathToFileURL(folder).href, folder].map(escapeRegExp);
    this.#own = new RegExp(`(?:${names.join("|")})/(?=harness/)`, "g");
  }

  /** A text with the author's places in place of those in the bundle, and without Heapbook's own path. */
  map(text: string): string {
    const mapped = mapText(text, this.#bundlePath, this.#mapper, (bundle, place) => this.#seen.set(bundle, place));
    return mapped.replace(this.#own, "heapbook/");
  }

  /** Like `map`, of each text in a value. */
  mapAll<Value>(value: Value): Value {
    return mapTexts(value, (text) => this.map(text));
  }

  /** The places that were printed so far. */
  get observed(): Observation[] {
    return [...this.#seen].map(([name, value]) => ({ kind: "place", name, value }));
  }
}

const readers = new WeakMap<object, PlaceReader>();

/** Finds the present places of observations of the kind `place`. One reader for each bundle. */
export function placeReader(bundle: { readonly map: string }): PlaceReader {
  const known = readers.get(bundle);
  if (known !== undefined) return known;
  const mapper = lazyFrameMapper(bundle.map);
  const reader: PlaceReader = (name) => {
    const [line = 1, column = 1] = name.split(":").map(Number);
    const mapped = mapper().map(line, column);
    return mapped === undefined ? undefined : `${mapped.file}:${mapped.line}:${mapped.column}`;
  };
  readers.set(bundle, reader);
  return reader;
}
