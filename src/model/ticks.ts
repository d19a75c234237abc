/**
 * Name of the global function that instrumented code calls after each statement (allocation/instrument/ticks.ts). The
 * harness defines it, to read the bytes in use (harness/peak/).
 */
export const TICK = "$hbmTick";
/** Name of the tick function that always reads the bytes in use at once. */
export const TICK_NOW = "$hbmTickNow";
/** Name of the tick function that wraps an expression and returns its value, so that the value is alive at the tick. */
export const TICK_OF = "$hbmTickOf";
