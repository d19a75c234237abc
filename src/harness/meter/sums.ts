/** By site: low and high part of its bytes, how often it allocated, and the function in whose frame it stands (0: none asked for). */
let sums = new Int32Array(0);
const WIDTH = 4;
/** A sum is two integers, so that adding makes no object: so many bytes of the second, and the first below it. */
const CARRY = 2 ** 30;

/** Makes room for so many sites. */
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

/** Notes the function of a site, so that what is allocated between two of its markers can be told as its own. */
export function $hbmSetFunction(site: number, functionSite: number): void {
  sums[WIDTH * site + 3] = functionSite;
}

export function $hbmFunctionOf(site: number): number {
  return sums[WIDTH * site + 3] as number;
}

/** What was allocated so far, by site. The numbers of typed arrays lie outside of V8's heap. */
export interface SiteSums {
  readonly bytes: Float64Array;
  /** How often there was something. */
  readonly counts: Float64Array;
}

export function copySums(): SiteSums {
  const sites = sums.length / WIDTH;
  const bytes = new Float64Array(sites);
  const counts = new Float64Array(sites);
  for (let site = 0; site < sites; site++) {
    const at = WIDTH * site;
    bytes[site] = (sums[at + 1] as number) * CARRY + (sums[at] as number);
    counts[site] = sums[at + 2] as number;
  }
  return { bytes, counts };
}
