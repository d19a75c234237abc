import type { Collection } from "../../model/collections.ts";
import { INK_2, seriesColour } from "../theme.ts";

/** V8's spaces as a reader can tell them apart, from the bottom of the stack to its top. */
export const SPACE_GROUPS = ["old", "large objects", "code", "other", "new"] as const;
export type SpaceGroup = (typeof SPACE_GROUPS)[number];

/** What each group holds; names of spaces differ between versions of V8. `new` stands on top, since it comes and goes. */
const GROUP_BY_SPACE: Readonly<Record<string, SpaceGroup>> = {
  new_space: "new",
  new_large_object_space: "new",
  old_space: "old",
  map_space: "old",
  large_object_space: "large objects",
  code_space: "code",
  code_large_object_space: "code",
  // Bytecode and what belongs to compiled functions, which V8 12 moved out of the old space.
  trusted_space: "code",
  trusted_large_object_space: "code",
};

/** The groups keep their colours in every report. */
export const GROUP_COLOURS: Readonly<Record<SpaceGroup, string>> = {
  old: seriesColour(0),
  "large objects": seriesColour(5),
  code: seriesColour(4),
  other: INK_2,
  new: seriesColour(1),
};

/** Used bytes by group; spaces that V8 adds some day are `other`. */
export function groupSpaces(spaces: Collection["spacesBeforeBytes"]): Readonly<Record<SpaceGroup, number>> {
  const groups: Record<SpaceGroup, number> = { old: 0, "large objects": 0, code: 0, other: 0, new: 0 };
  for (const [space, bytes] of Object.entries(spaces)) {
    groups[Object.hasOwn(GROUP_BY_SPACE, space) ? (GROUP_BY_SPACE[space] ?? "other") : "other"] += bytes;
  }
  return groups;
}

/** All bytes of a reading. */
export function sumSpaces(spaces: Collection["spacesBeforeBytes"]): number {
  return Object.values(spaces).reduce((sum, bytes) => sum + bytes, 0);
}
