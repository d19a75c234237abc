import { UserError } from "../errors.ts";

/**
 * Merges equal findings on one line into the first, whose message then states the number of others. Ten thousand equal
 * warnings would hide all other findings.
 */
export function groupEqual(findings: readonly UserError[]): readonly UserError[] {
  const groups = new Map<string, { readonly first: UserError; count: number }>();
  for (const finding of findings) {
    const { code, position, message, hint } = finding;
    const key = JSON.stringify([code, position?.file, position?.line, message, hint]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: finding, count: 1 });
    else group.count += 1;
  }
  return [...groups.values()].map(({ first, count }) => (count === 1 ? first : withCount(first, count - 1)));
}

function withCount(error: UserError, more: number): UserError {
  const { message, code, position, hint, exitCode, cause } = error;
  const place = position === undefined ? "" : " on this line";
  return new UserError(`${message} … and ${more.toLocaleString("en")} more${place}.`, {
    code,
    position,
    hint,
    exitCode,
    cause,
  });
}
