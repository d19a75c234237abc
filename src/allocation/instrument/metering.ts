import { COUNTED_KINDS, type CountedKind } from "../../model/counted-kinds.ts";
import { ELSEWHERE_SITE, MEASURING_SITE } from "../../model/meter-sites.ts";
import type { LineColumn } from "./line-column.ts";
import type { MarkerKind } from "./marker-name.ts";
import type { MeteredSite } from "./types.ts";

/** A marker as it was planned. Whether its function allocates between markers is known when the function has been walked. */
interface PlannedMarker extends Required<MarkerTraits> {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly directive: string;
  readonly body: string;
  readonly site: number;
  readonly functionStart: LineColumn;
}

/** What is known of the place of a marker, which saves readings. */
export interface MarkerTraits {
  /** Nothing in it makes an object above some 128 KiB. */
  readonly makesSmallObjects?: boolean;
  /** Whether another marker of its function has certainly run before it; false too where that is not known. */
  readonly isEntered?: boolean;
}

const keyOf = ({ line, column }: LineColumn): string => `${line}:${column}`;

/**
 * How markers are written for the meter (harness/meter/): each reads how much is in use when it begins and when it ends, so
 * that what its expression allocated is known without V8's tracker.
 */
export class Metering {
  readonly sites: MeteredSite[] = [];
  readonly #firstSite: number;
  readonly #planned: PlannedMarker[] = [];
  /** Functions that allocate between their markers, and their sites. */
  readonly #allocating = new Map<string, number>();

  constructor(firstSite: number) {
    this.#firstSite = firstSite;
  }

  #site(level: MeteredSite["level"], line: number): number {
    return this.#firstSite + this.sites.push({ level, line }) - 1;
  }

  /** Notes that a function allocates between its markers. Gives its site. */
  noteAllocating(functionStart: LineColumn): number {
    const key = keyOf(functionStart);
    const site = this.#allocating.get(key) ?? this.#site("function", functionStart.line);
    this.#allocating.set(key, site);
    return site;
  }

  plan(kind: MarkerKind, line: number, marker: Omit<PlannedMarker, "site">): void {
    // What a counter calls meters by itself; what an iterator is made of is ours.
    const site = kind === "counter" ? ELSEWHERE_SITE : kind === "iterator" ? MEASURING_SITE : this.#site("line", line);
    this.#planned.push({ ...marker, site });
  }

  /** What stands for counting one allocation: where it is made before (`made`) or after (`due`) the code runs. */
  countText(kind: CountedKind, line: number, functionStart: LineColumn, when: "made" | "due"): string {
    const name = kind === "yield" ? "$hbmYield" : when === "made" ? "$hbmMade" : "$hbmDue";
    const site = kind === "thunk" ? MEASURING_SITE : this.#site("line", line);
    return `${name}(${site},${this.noteAllocating(functionStart)},${COUNTED_KINDS.indexOf(kind)});`;
  }

  definitions(): string[] {
    return this.#planned.map(
      ({ name, parameters, directive, body, site, functionStart, makesSmallObjects, isEntered }) => {
        const begin = `function ${name}(${parameters.join(",")}){${directive}`;
        if (site === ELSEWHERE_SITE) return `${begin}${body}}`;
        const functionSite = this.#allocating.get(keyOf(functionStart));
        const enter =
          functionSite !== undefined
            ? `$hbmInOf(${site},${functionSite})`
            : // Nothing can have been allocated since the function's last marker was closed.
              `${isEntered ? "$hbmEnter" : "$hbmIn"}(${site})`;
        return `${begin}const $hb_b=${enter};try{${body}}finally{$hbmOut${makesSmallObjects ? "" : "Large"}($hb_b);}}`;
      },
    );
  }
}
