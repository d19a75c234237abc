import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { probeSetup } from "../../../src/experiment/probe-flags.ts";
import { METRICS } from "../../../src/results/metric-catalog.ts";

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

/** Rows of the table of probes: the name, and the flags in the second column. */
const probes = new Map(
  [...guide.matchAll(/^\| `([a-z-]+)` +\| ([^|]*?) +\| (side by side|alone|one after another) +\|/gm)].map(
    ([, probe = "", flags = "", how = ""]) => [probe, { flags, how }] as const,
  ),
);

test("the probes of the guide are those that give the metrics", () => {
  expect([...probes.keys()].sort()).toEqual([...new Set(METRICS.map(({ probe }) => probe))].sort());
});

test.each([...new Set(METRICS.map(({ probe }) => probe))])(
  "the guide lists the flags of %s, and how its trials run",
  (probe) => {
    const setup = probeSetup(probe);
    const row = probes.get(probe);
    const given = row?.flags.match(/--[a-z-]+=?[^\s`]*/g) ?? [];
    expect(given.filter((flag) => flag !== "--max-old-space-size")).toEqual([
      ...setup.flags,
      ...(setup.lastFlags ?? []),
    ]);
    expect(row?.how === "alone").toBe(setup.timed);
  },
);
