import { formatPosition, UserError, UserErrors } from "../../../src/errors.ts";

/** What an action complains about, each as `code file:line`; anything but a user's error fails the test. */
export function problemsOf(action: () => unknown): {
  readonly errors: readonly UserError[];
  readonly places: string[];
} {
  try {
    action();
  } catch (error) {
    const errors = error instanceof UserErrors ? error.errors : error instanceof UserError ? [error] : undefined;
    if (errors === undefined) throw error;
    return { errors, places: errors.map(placeOf) };
  }
  return { errors: [], places: [] };
}

/** `code line`, as the tables of the tests write it. */
export function placeOf(error: UserError): string {
  const place = error.position === undefined ? "" : formatPosition({ file: "", line: error.position.line });
  return `${error.code}${place}`;
}
