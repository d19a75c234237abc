/** Global functions that code with ticks calls (allocation/instrument/ticks.ts) and the harness defines (harness/peak/). */
export const TICK = "$hbmTick";
/** The same, where the bytes in use are to be read at once. */
export const TICK_NOW = "$hbmTickNow";
