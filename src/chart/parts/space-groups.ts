import { sum } from "d3-array";
import type { Collection } from "../../model/collections.ts";
import { say } from "../../words/say.ts";
import { INK_2, seriesColour } from "../theme.ts";

/** Groups of V8's heap spaces, from the bottom of a stack to its top. */
export const SPACE_GROUPS = ["old", "large objects", "code", "other", "new"] as const;

const NAMES = {
  old: "spaceOld",
  "large objects": "spaceLarge",
  code: "spaceCode",
  other: "spaceOther",
  new: "spaceNew",
} as const;
/** Name of a group in the language of the page. */
export function nameGroup(group: SpaceGroup): string {
  return say(NAMES[group]);
}

export type SpaceGroup = (typeof SPACE_GROUPS)[number];

/**
 * The group of each heap space, by the names in all supported versions of V8. `new` is on top of the stack because it
 * varies most.
 */
const GROUP_BY_SPACE: Readonly<Record<string, SpaceGroup>> = {
  new_space: "new",
  new_large_object_space: "new",
  old_space: "old",
  map_space: "old",
  large_object_space: "large objects",
  code_space: "code",
  code_large_object_space: "code",
  // Bytecode and metadata of compiled functions, which V8 12 moved from the old space to this space.
  trusted_space: "code",
  trusted_large_object_space: "code",
};

/** Fixed colour of each group. */
export const GROUP_COLOURS: Readonly<Record<SpaceGroup, string>> = {
  old: seriesColour(0),
  "large objects": seriesColour(5),
  code: seriesColour(4),
  other: INK_2,
  new: seriesColour(1),
};

/** Sums the used bytes of each group. Unknown heap spaces count as `other`. */
export function groupSpaces(spaces: Collection["spacesBeforeBytes"]): Readonly<Record<SpaceGroup, number>> {
  const groups: Record<SpaceGroup, number> = { old: 0, "large objects": 0, code: 0, other: 0, new: 0 };
  for (const [space, bytes] of Object.entries(spaces)) {
    groups[Object.hasOwn(GROUP_BY_SPACE, space) ? (GROUP_BY_SPACE[space] ?? "other") : "other"] += bytes;
  }
  return groups;
}

/** Used bytes of all spaces. */
export function sumSpaces(spaces: Collection["spacesBeforeBytes"]): number {
  return sum(Object.values(spaces));
}
