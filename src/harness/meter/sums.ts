import { usedLength } from "../markers.ts";

/**
 * Four numbers for each site: low part and high part of its bytes, number of allocations, site of its function (0 if
 * not set).
 */
let sums = new Int32Array(0);
const WIDTH = 4;
/** Bytes in one unit of the high part. A sum is two small integers, so that adding allocates nothing. */
const CARRY = 2 ** 30;

/** Sets the number of sites, and all sums to 0. */
export function reserveSites(sites: number): void {
  sums = new Int32Array(WIDTH * sites);
}

export function $hbmAdd(site: number, bytes: number): void {
  const at = WIDTH * site;
  const sum = (sums[at] as number) + bytes;
  if (sum >= CARRY) {
    sums[at] = sum - CARRY;
    sums[at + 1] = (sums[at + 1] as number) + 1;
  } else sums[at] = sum;
  sums[at + 2] = (sums[at + 2] as number) + 1;
}

/** Sets the function of a site. Allocations between two markers of this function belong to the function's site. */
export function $hbmSetFunction(site: number, functionSite: number): void {
  sums[WIDTH * site + 3] = functionSite;
}

export function $hbmFunctionOf(site: number): number {
  return sums[WIDTH * site + 3] as number;
}

/** Allocations so far, indexed by site. The data of typed arrays is outside of V8's heap. */
export interface SiteSums {
  readonly bytes: Float64Array;
  /** Number of readings that found allocated bytes. */
  readonly counts: Float64Array;
}

/** Copies the sums of all sites up to the last one with a sum above 0. */
export function copySums(): SiteSums {
  const sites = Math.ceil(usedLength(sums) / WIDTH);
  const bytes = new Float64Array(sites);
  const counts = new Float64Array(sites);
  for (let site = 0; site < sites; site++) {
    const at = WIDTH * site;
    bytes[site] = (sums[at + 1] as number) * CARRY + (sums[at] as number);
    counts[site] = sums[at + 2] as number;
  }
  return { bytes, counts };
}
