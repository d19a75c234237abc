import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Observation } from "../model/observations.ts";
import type { PlaceReader } from "../store/store.ts";
import { mapTexts } from "./map-texts.ts";
import { escapeRegExp, type FrameMapper, lazyFrameMapper, mapText } from "./stack-frames.ts";
import { harnessMain } from "./trial-process.ts";

/**
 * Replaces positions in the bundle by the author's positions in everything that a cell prints, as in stacks. The
 * author's lines move without a change of the bundle. So each replaced position is kept as an observation of the kind
 * `place`.
 */
export class PrintedPlaces {
  readonly #bundlePath: string;
  readonly #mapper: () => FrameMapper;
  readonly #seen = new Map<string, string>();
  /** Matches the path of Heapbook's own folder, as stacks and paths contain it. */
  readonly #own: RegExp;

  constructor(bundlePath: string, mapper: () => FrameMapper) {
    this.#bundlePath = bundlePath;
    this.#mapper = mapper;
    const folder = dirname(dirname(harnessMain()));
    const names = [pathToFileURL(folder).href, folder].map(escapeRegExp);
    this.#own = new RegExp(`(?:${names.join("|")})/(?=harness/)`, "g");
  }

  /** Returns a text with the author's positions, and without the path of Heapbook's own folder. */
  map(text: string): string {
    const mapped = mapText(text, this.#bundlePath, this.#mapper, (bundle, place) => this.#seen.set(bundle, place));
    return mapped.replace(this.#own, "heapbook/");
  }

  /** Applies `map` to every string in a value. */
  mapAll<Value>(value: Value): Value {
    return mapTexts(value, (text) => this.map(text));
  }

  /** Observations of all positions that were replaced so far. */
  get observed(): Observation[] {
    return [...this.#seen].map(([name, value]) => ({ kind: "place", name, value }));
  }
}

const readers = new WeakMap<object, PlaceReader>();

/** Makes a function that finds the current author's position of a position in the bundle. Make one for each bundle. */
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
