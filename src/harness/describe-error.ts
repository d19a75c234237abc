import type { ThrownError } from "../model/thrown-error.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect, types } = process.getBuiltinModule("node:util");

/** Largest number of causes and AggregateError members that are described. Further ones are only counted. */
const MOST_DESCRIBED = 10;

/** Returns a property of an error as text. Never throws, although an accessor defined by the program may throw. */
function read(error: Error, key: "name" | "message" | "stack"): string {
  try {
    return String(error[key] ?? "");
  } catch {
    return `(its ${key} cannot be read)`;
  }
}

const { isArray } = Array;
const isError = (value: unknown): value is Error => types.isNativeError(value) || value instanceof Error;

/** `Error: no [ENOENT]`; any other value as `util.inspect` prints it. */
function nameError(error: unknown): string {
  if (!isError(error)) return typeof error === "string" ? error : inspect(error);
  return `${read(error, "name")}: ${withCode(error)}`;
}

/** Returns the message of an error, with the error's `code` in brackets if the message does not contain the code. */
function withCode(error: Error): string {
  const message = read(error, "message");
  const { code } = error as { code?: unknown };
  if (typeof code !== "string" && typeof code !== "number") return message;
  return message.includes(String(code)) ? message : `${message} [${code}]`;
}

/**
 * Yields all causes and members below an error, each with its path: `cause`, `errors[0]`, `errors[0].cause`. An error
 * is entered once.
 */
function* below(error: unknown, path: string, seen: Set<unknown>): Generator<readonly [path: string, error: unknown]> {
  if (!isError(error) || seen.has(error)) return;
  seen.add(error);
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  if (cause !== undefined) {
    yield [`${path}cause`, cause];
    yield* below(cause, `${path}cause.`, seen);
  }
  // By index: the cell may have replaced the methods of lists.
  const members: readonly unknown[] = isArray(errors) ? errors : [];
  for (let index = 0; index < members.length; index += 1) {
    const place = `${path}errors[${index}]`;
    yield [place, members[index]];
    yield* below(members[index], `${place}.`, seen);
  }
}

/** The message of an error, and below it a line for each cause and each member of an AggregateError. */
function messageOf(error: Error): string {
  let text = withCode(error);
  let count = 0;
  for (const [path, each] of below(error, "", new Set())) {
    count += 1;
    if (count <= MOST_DESCRIBED) text += `\n[${path}] ${nameError(each)}`;
  }
  return count <= MOST_DESCRIBED ? text : `${text}\nand ${count - MOST_DESCRIBED} more`;
}

/**
 * Describes a thrown value for the parent. Any value can be thrown, and an error's `name`, `message` and `stack` can be
 * anything.
 */
export function describeError(error: unknown, uncaught: boolean): ThrownError {
  if (!isError(error)) {
    return { name: "Thrown", message: typeof error === "string" ? error : inspect(error), stack: "", uncaught };
  }
  return { name: read(error, "name"), message: messageOf(error), stack: read(error, "stack"), uncaught };
}
