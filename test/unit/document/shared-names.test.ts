import { expect, test } from "vitest";
import { definesName, findSharedNames } from "../../../src/document/shared-names.ts";

test.each([
  ["python", "import numpy as np, os\ndata = 1", ["np", "os", "data"], ["numpy"]],
  ["python", "a, b = 1, 2\nfor i in range(3):\n    inner = i\nx: int = 3", ["a", "b", "i", "x"], ["inner"]],
  ["python", '"""\ntext = 1\n"""\ndef f(y=2): pass', ["f"], ["text", "y"]],
  ["ts", 'import { a as b, type C } from "x";\nconst { d, e: f } = b;', ["b", "d", "f"], ["a", "e"]],
  ["js", "export async function* g() { const inner = 1; }\nclass H {}", ["g", "H"], ["inner"]],
] as const)("%s: %j defines %j, not %j", (language, code, defined, others) => {
  for (const name of defined) expect(definesName({ language, code }, name), name).toBe(true);
  for (const name of others) expect(definesName({ language, code }, name), name).toBe(false);
});

test("keys, properties and keyword arguments are no uses; the last definition counts", () => {
  const cells = ["x = 1", "x = 2", "f(x=3)\nd.x", "print(x)"].map((code) => ({ language: "python" as const, code }));
  expect(findSharedNames(cells)).toEqual([{ user: 3, definer: 1, names: ["x"] }]);
});
