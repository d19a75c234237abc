/** Global functions that code with ticks calls (allocation/instrument/ticks.ts) and the harness defines (harness/peak/). */
export const TICK = "$hbmTick";
/** The same, where the bytes in use are to be read at once. */
export const TICK_NOW = "$hbmTickNow";
/** The same, around an expression, whose value it returns: the value is alive at the tick. */
export const TICK_OF = "$hbmTickOf";
