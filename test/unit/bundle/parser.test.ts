import { expect, it } from "vitest";
import { loadWithParser } from "../../../src/bundle/parser.ts";

it("a parser whose binary npm has left out is an error with what to do; other errors stay", async () => {
  const missing = new Error("Cannot find native binding. npm has a bug related to optional dependencies");
  await expect(loadWithParser(Promise.reject(missing))).rejects.toMatchObject({
    name: "UserError",
    code: "parser-not-installed",
    hint: expect.stringContaining("--omit=optional"),
    cause: missing,
  });
  const other = new TypeError("x is not a function");
  await expect(loadWithParser(Promise.reject(other))).rejects.toBe(other);
  expect(await loadWithParser(Promise.resolve(1))).toBe(1);
});
