import { describe, expect, it } from "vitest";
import { checkFlag, parseV8Options } from "../../../src/runtimes/v8-options.ts";

const OPTIONS = parseV8Options(`SSE3=1 SSSE3=1
Usage:
  shell [options] -e string

Options:
  --opt (use adaptive
optimizations)
        type: bool  default: --opt
  --max-lazy (ignore eager compilation hints (really))
        type: bool  default: --no-max-lazy
  --gc_interval (garbage collect after <n> allocations)
        type: int  default: --gc-interval=-1
  --max-heap-size (max size of the heap)
        type: size_t  default: --max-heap-size=0
  --growth (a factor)
        type: float  default: --growth=2.5
  --expose-gc-as (expose gc extension under the specified name)
        type: string  default: --expose-gc-as=""
  --stress-scavenger (maybe)
        type: maybe_bool  default: unset
`);

describe("node --v8-options", () => {
  it("is read: names with dashes, and their types", () => {
    expect(Object.fromEntries(OPTIONS)).toEqual({
      opt: "bool",
      "max-lazy": "bool",
      "gc-interval": "int",
      "max-heap-size": "size_t",
      growth: "float",
      "expose-gc-as": "string",
      "stress-scavenger": "maybe_bool",
    });
  });
});

describe("a flag", () => {
  it.each([
    "--opt",
    "--no-opt",
    "--noopt",
    "--no_opt",
    "--max_lazy",
    "--gc-interval=-1",
    "--max-heap-size=16",
    "--growth=1.5",
    "--growth=2",
    "--expose-gc-as=collect",
    "--stress-scavenger",
    "--max-http-header-size=8192",
    "--trace-warnings",
  ])("that the runtime has is right: %s", (flag) => {
    expect(checkFlag(flag, OPTIONS)).toBeUndefined();
  });

  it.each([
    ["opt", "is not a flag", "--name"],
    ["-opt", "is not a flag", "--name"],
    ["--", "is not a flag", "--name"],
    ["--opt off", "is not a flag", "--name"],
    ["--max-lasy", "no V8 flag `--max-lasy`", "`--max-lazy`"],
    ["--completely-else", "no V8 flag `--completely-else`", "--v8-options"],
    ["--opt=true", "`--opt` takes no value", "`--no-opt`"],
    ["--no-opt=true", "`--opt` takes no value", "`--no-opt`"],
    ["--no-gc-interval", "no V8 flag", "gc-interval"],
    ["--gc-interval", "needs a value (int)", "--gc-interval="],
    ["--gc-interval=", "needs a value (int)", "--gc-interval="],
    ["--gc-interval=1e3", "must be of type int", "1e3"],
    ["--max-heap-size=-1", "must be of type size_t", "-1"],
    ["--growth=big", "must be of type float", "big"],
    ["--eval", "no V8 flag `--eval`", ""],
  ])("that is wrong is an error: %s", (flag, message, hint) => {
    const problem = checkFlag(flag, OPTIONS);
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
  });
});
