import { expect, test } from "vitest";
import { NumberList } from "../../../src/allocation/number-list.ts";
import { PairTable } from "../../../src/allocation/pair-table.ts";

test("a list of numbers has 0 where none was set, also far apart", () => {
  const list = new NumberList();
  list.set(5_000_000, 7);
  list.set(3, 2 ** 31 + 1);
  list.add(3, 1);
  list.push(9);
  expect([list.get(5_000_000), list.get(3), list.get(4), list.get(5_000_001), list.length]).toEqual([
    ...[7, 2 ** 31 + 2, 0, 9, 5_000_002],
  ]);
  expect(list.get(10_000_000)).toBe(0);
});

test("a list of numbers keeps negative ones, fractions and those above 2^32", () => {
  const list = new NumberList();
  for (const number of [-1, 0.5, 2 ** 40, 0]) list.push(number);
  expect([0, 1, 2, 3].map((i) => list.get(i))).toEqual([-1, 0.5, 2 ** 40, 0]);
  expect(list.length).toBe(4);
  for (const number of [2 ** 32 - 1, 2 ** 32, -2]) list.push(number);
  expect([0, 1, 4, 5, 6, 7].map((i) => list.get(i))).toEqual([-1, 0.5, 2 ** 32 - 1, 2 ** 32, -2, 0]);
});

test("a table of pairs finds each of many pairs, and no other", () => {
  const table = new PairTable();
  for (let i = 0; i < 20_000; i++) table.set(i >> 3, i & 7, i + 1);
  const wrong = Array.from({ length: 20_000 }, (_, i) => i).filter((i) => table.get(i >> 3, i & 7) !== i + 1);
  expect(wrong).toEqual([]);
  expect(table.get(0, 8)).toBeUndefined();
  expect(table.get(20_000, 0)).toBeUndefined();
});
