/**
 * Site numbers of the engine `meter`, which sums bytes for each site. The first two sites are no lines: code outside
 * all markers, and allocations of the meter and the markers themselves. Sites of the program begin at
 * `FIRST_LINE_SITE`.
 */
export const ELSEWHERE_SITE = 0;
export const MEASURING_SITE = 1;
export const FIRST_LINE_SITE = 2;
