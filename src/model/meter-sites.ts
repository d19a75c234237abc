/**
 * Numbers of the meter's sites, the things it keeps a sum of bytes for. The first two are no lines: what runs outside of all
 * markers, and what the meter and the markers allocate for themselves. The sites of a program begin at `FIRST_LINE_SITE`.
 */
export const ELSEWHERE_SITE = 0;
export const MEASURING_SITE = 1;
export const FIRST_LINE_SITE = 2;
