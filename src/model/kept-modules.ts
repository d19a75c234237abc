/** Registered symbol of the global function by which a bundle hands its modules' state to the harness (bundle/kept-state.ts). */
export const KEEP_MODULE = "heapbook.keep";
