import { expect, test } from "vitest";
import { capitalize } from "../../../src/chart/words.ts";

test("a sentence begins with a capital letter", () => {
  expect(capitalize("wall time")).toBe("Wall time");
});
