import { COUNTED_KINDS, type CountedKind } from "../../model/counted-kinds.ts";
import { ELSEWHERE_SITE, MEASURING_SITE } from "../../model/meter-sites.ts";
import type { LineColumn } from "./line-column.ts";
import type { MarkerKind } from "./marker-name.ts";
import type { MeteredSite } from "./types.ts";

/**
 * A marker before its code is written. Whether its function allocates between markers is known only after the whole
 * function was visited.
 */
interface PlannedMarker extends Required<MarkerTraits> {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly directive: string;
  readonly body: string;
  readonly site: number;
  readonly functionStart: LineColumn;
}

/** Facts about a marker by which the meter saves readings of the heap. */
export interface MarkerTraits {
  /** Whether all objects that the marker allocates are smaller than about 128 KiB. */
  readonly makesSmallObjects?: boolean;
  /** Whether another marker of the same call has certainly run before; false if unknown. */
  readonly isEntered?: boolean;
  /** Code that counts an allocation for the marker. Runs before the marker opens. */
  readonly before?: string;
}

/** Functions of the meter for the kinds that it does not meter by `$hbmMade` or `$hbmDue`. */
const MADE_BY: Partial<Record<CountedKind, string>> = {
  yield: "$hbmYield",
  await: "$hbmAwait",
  "await-promise": "$hbmAwait",
  "for-await": "$hbmStep",
  "async-yield": "$hbmStep",
};

const keyOf = ({ line, column }: LineColumn): string => `${line}:${column}`;

/**
 * Writes the markers of one module for the engine `meter` (harness/meter/). Each marker reads the bytes in use at its
 * start and end; the difference is what its expression allocated (docs/measurement.md#meter).
 */
export class Metering {
  readonly sites: MeteredSite[] = [];
  readonly #firstSite: number;
  readonly #planned: PlannedMarker[] = [];
  /** Sites of the functions that allocate between their markers, by position of the function. */
  readonly #allocating = new Map<string, number>();

  constructor(firstSite: number) {
    this.#firstSite = firstSite;
  }

  #site(level: MeteredSite["level"], line: number): number {
    return this.#firstSite + this.sites.push({ level, line }) - 1;
  }

  /** Records that a function allocates between its markers. Returns the function's site. */
  noteAllocating(functionStart: LineColumn): number {
    const key = keyOf(functionStart);
    const site =
      this.#allocating.get(key) ?? this.#site(functionStart.column === 0 ? "module" : "function", functionStart.line);
    this.#allocating.set(key, site);
    return site;
  }

  /** Adds a site that counts the calls of a function, and no bytes. */
  callSite(line: number): number {
    return this.#site("call", line);
  }

  plan(kind: MarkerKind, line: number, marker: Omit<PlannedMarker, "site">): void {
    // A counter's allocations do not count, because it calls functions that meter for themselves. An iterator's own
    // objects are not the author's.
    const site = kind === "counter" ? ELSEWHERE_SITE : kind === "iterator" ? MEASURING_SITE : this.#site("line", line);
    this.#planned.push({ ...marker, site });
  }

  /**
   * Returns code that meters one counted allocation. The allocation happens before (`made`) or after (`due`) the code
   * runs.
   */
  countText(kind: CountedKind, line: number, functionStart: LineColumn, when: "made" | "due"): string {
    const name = MADE_BY[kind] ?? (when === "made" ? "$hbmMade" : "$hbmDue");
    const site = kind === "thunk" ? MEASURING_SITE : this.#site("line", line);
    return `${name}(${site},${this.noteAllocating(functionStart)},${COUNTED_KINDS.indexOf(kind)});`;
  }

  definitions(): string[] {
    return this.#planned.map(
      ({ name, parameters, directive, body, site, functionStart, makesSmallObjects, isEntered, before }) => {
        const begin = `function ${name}(${parameters.join(",")}){${directive}${before}`;
        if (site === ELSEWHERE_SITE) return `${begin}${body}}`;
        const functionSite = this.#allocating.get(keyOf(functionStart));
        // In a function just entered, a built-in caller may have made a large object before.
        const large = isEntered ? "" : "$hbmLarge();";
        const enter =
          functionSite !== undefined
            ? `$hbmInOf(${site},${functionSite})`
            : // The function allocates nothing between its markers, so the last reading is still valid.
              `${isEntered ? "$hbmEnter" : "$hbmIn"}(${site})`;
        return `${begin}${large}const $hb_b=${enter};try{${body}}finally{$hbmOut${makesSmallObjects ? "" : "Large"}($hb_b);}}`;
      },
    );
  }
}
