/** Throws, two calls down, from a module beside the report. */
export function explode(): never {
  light();
}

function light(): never {
  throw new Error("boom", { cause: new Error("a spark") });
}
