import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { nearest } from "../errors.ts";

/** V8's flags: the type of the value (`bool`, `int`, …) by the flag's name, with dashes. */
export type V8Options = ReadonlyMap<string, string>;

const run = promisify(execFile);

/** Parses what `node --v8-options` prints: `  --name (help)` and, on the next line, `type: int  default: --name=0`. */
export function parseV8Options(text: string): V8Options {
  const options = new Map<string, string>();
  // regexp: what Node itself prints
  for (const match of text.matchAll(/^[ \t]+--([\w-]+) \([\s\S]*?\n\s+type: (\w+)/gm)) {
    options.set(normalise(match[1] ?? ""), match[2] ?? "");
  }
  return options;
}

/** Reads the V8 flags of a Node binary. Starts a process (about 50 ms). */
export async function readV8Options(node: string): Promise<V8Options> {
  const { stdout } = await run(node, ["--v8-options"], {
    maxBuffer: 16 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return parseV8Options(stdout);
}

const normalise = (name: string): string => name.replaceAll("_", "-");

const VALUE_PATTERNS: Readonly<Record<string, RegExp>> = {
  int: /^-?\d+$/,
  uint: /^\d+$/,
  uint64: /^\d+$/,
  size_t: /^\d+$/,
  float: /^-?\d+(\.\d+)?$/,
};

export interface FlagProblem {
  readonly message: string;
  readonly hint: string;
}

/** V8 refuses even `=true` for a flag without value. */
function takesNoValue(name: string): FlagProblem {
  return { message: `\`--${name}\` takes no value.`, hint: `Write \`--${name}\` or \`--no-${name}\`.` };
}

/** Whether a flag, with or without a value, is one of V8's options. */
export function hasV8Option(flag: string, options: V8Options): boolean {
  return options.has(normalise(/^--([A-Za-z][\w-]*)/.exec(flag)?.[1] ?? ""));
}

/**
 * Checks whether a runtime accepts a flag; undefined if it does. Accepted are V8's flags, and those flags of Node that
 * `NODE_OPTIONS` accepts.
 * @param nodeFlags flags of the runtime's Node, with dashes; by default those of the Node that runs Heapbook
 */
export function checkFlag(
  flag: string,
  options: V8Options,
  nodeFlags: ReadonlySet<string> = process.allowedNodeEnvironmentFlags,
): FlagProblem | undefined {
  const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(flag);
  if (match === null)
    return { message: `\`${flag}\` is not a flag.`, hint: "A flag is written `--name` or `--name=value`." };
  const name = normalise(match[1] ?? "");
  const value = match[2];
  if (nodeFlags.has(`--${name}`) && !options.has(name)) return undefined;
  const type = options.get(name);
  if (type === undefined) {
    const positive = name.replace(/^no-?/, "");
    if (name !== positive && /bool/.test(options.get(positive) ?? ""))
      return value === undefined ? undefined : takesNoValue(positive);
    const near = nearest(name, options.keys());
    return {
      message: `The runtime has no V8 flag \`--${name}\`.`,
      hint: near === undefined ? "`node --v8-options` lists the flags." : `Did you mean \`--${near}\`?`,
    };
  }
  if (/bool/.test(type)) {
    return value === undefined ? undefined : takesNoValue(name);
  }
  const pattern = VALUE_PATTERNS[type];
  if (value === undefined || value === "")
    return { message: `\`--${name}\` needs a value (${type}).`, hint: `Write \`--${name}=…\`.` };
  if (pattern !== undefined && !pattern.test(value))
    return {
      message: `\`--${name}=${value}\`: the value must be of type ${type}.`,
      hint: `\`${value}\` is of another type. Write \`--${name}=…\` with a value of type ${type}.`,
    };
  return undefined;
}
