interface Stream {
  readonly _handle?: { readonly setBlocking?: (isBlocking: boolean) => unknown };
}

/**
 * Makes all that a cell has printed arrive, also where it calls `process.exit()`. Node writes to a pipe without waiting, and drops at exit what the
 * pipe has not taken: of 200 kB at once Node 24 lost 54 kB. The streams are made when the cell first uses them, as ever.
 */
export function keepOutputWhole(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const own = Object.getOwnPropertyDescriptor(process, name);
    const make = own?.get;
    if (own?.configurable !== true || make === undefined) continue;
    let isMade = false;
    Object.defineProperty(process, name, {
      ...own,
      get: function get() {
        const stream = Reflect.apply(make, process, []) as Stream;
        if (!isMade) stream._handle?.setBlocking?.(true);
        isMade = true;
        return stream;
      },
    });
  }
}
