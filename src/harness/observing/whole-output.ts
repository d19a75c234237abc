interface Stream {
  readonly _handle?: { readonly setBlocking?: (isBlocking: boolean) => unknown };
}

/**
 * Makes writes to stdout and stderr block, so that all output arrives even if the cell calls `process.exit()`. Node
 * writes to pipes asynchronously and drops unwritten bytes at exit: Node 24 lost 54 of 200 kB. Node still creates each
 * stream at its first use.
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
