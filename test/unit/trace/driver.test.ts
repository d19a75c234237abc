import { expect, test } from "vitest";
import { lineOfError } from "../../../src/trace/driver.ts";

const PATH = "/home/a b/load.mjs";
const URL = "file:///home/a%20b/load.mjs";

test.each([
  [
    "Node's own line above the code",
    `${URL}:7\n  x(;\n    ^\n\nSyntaxError: no\n    at compile (node:internal/x:3:1)\n`,
    7,
  ],
  [
    "the topmost frame of the script",
    `Error: no\n    at f (/lib.js:1:2)\n    at g (${URL}:4:9)\n    at ${URL}:20:1\n`,
    4,
  ],
  ["a path, in CommonJS", `Error: no\n    at Object.<anonymous> (${PATH}:5:3)\n    at node:internal/x:1:1\n`, 5],
  ["the last error", `Error: a\n    at ${URL}:2:1\n\nError: b\n    at ${URL}:9:1\n`, 9],
  ["nothing", "failed\n    at file:///other.mjs:3:1\n", undefined],
  ["nothing in an empty text", "", undefined],
])("the place of a driver's error is %s", (_, stderr, line) => {
  expect(lineOfError(stderr, PATH)).toBe(line);
});
