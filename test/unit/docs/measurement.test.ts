import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METRICS } from "../../../src/results/metrics.ts";

const guide = readFileSync(new URL("../../../docs/measurement.md", import.meta.url), "utf8");

/** Text of each section by the metrics that its heading names. */
const sections = new Map(
  guide
    .split(/^### /m)
    .slice(1)
    .flatMap((section) => {
      const [heading = ""] = section.split("\n", 1);
      return [...heading.matchAll(/`([^`]+)`/g)].map(([, id = ""]) => [id, section] as const);
    }),
);

test.each(METRICS.map(({ id }) => id))("the guide explains what %s is, and what it is not", (id) => {
  const section = sections.get(id);
  expect(section, `docs/measurement.md has no heading with \`${id}\``).toBeDefined();
  expect(section).toMatch(/^\*\*(?:Is|Are)\*\*/m);
  expect(section).toMatch(/\*\*(?:Is|Are) not\*\*/);
});

test("every metric of the guide is one", () => {
  const known = new Set(METRICS.map(({ id }) => id));
  expect([...sections.keys()].filter((id) => !known.has(id))).toEqual([]);
});

test("the probes of the guide are those that give the metrics", () => {
  const named = [...guide.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, probe = ""]) => probe);
  const needed = METRICS.map(({ probe }) => probe).filter((probe) => probe !== "bracket");
  expect([...new Set(named)].sort()).toEqual([...new Set(needed)].sort());
});
