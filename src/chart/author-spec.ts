import { TOTAL_WIDTH_PX } from "./frame.ts";
import { isRecord } from "./spec-data.ts";
import { AUTHOR_CONFIG, HOUSE_CONFIG } from "./theme.ts";
import type { VegaLiteSpec } from "./types.ts";

type Record_ = Readonly<Record<string, unknown>>;

/** `over` laid upon `base`, object by object; what is not an object in both is replaced. */
function mergeDeep(base: Record_, over: Record_): Record_ {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isRecord(below) && isRecord(value) ? mergeDeep(below, value) : value;
  }
  return merged;
}

/** The specification with the house's defaults beneath its own `config`: it looks the same in any editor. */
export function withConfig(spec: VegaLiteSpec, base: typeof HOUSE_CONFIG | typeof AUTHOR_CONFIG): VegaLiteSpec {
  const own = spec["config"];
  return { ...spec, config: isRecord(own) ? mergeDeep(base, own) : base };
}

/** Whether its width can be chosen: a single view or layers. Facets, rows and repeats have the widths their author gave. */
function isResizable(spec: VegaLiteSpec): boolean {
  if (!("mark" in spec) && !("layer" in spec)) return false;
  const encoding = isRecord(spec["encoding"]) ? spec["encoding"] : {};
  if (["row", "column", "facet"].some((channel) => channel in encoding)) return false;
  // `width: { step: 20 }` asks for a width by content.
  return !isRecord(spec["width"]);
}

function atWidth(spec: VegaLiteSpec, totalPx: number): VegaLiteSpec {
  const own = spec["width"];
  const width = typeof own === "number" ? Math.min(own, totalPx) : totalPx;
  // A height of the page's container means nothing here.
  const { height, ...rest } = spec;
  const kept = height === "container" ? {} : { height };
  return { ...rest, ...(height === undefined ? {} : kept), width, autosize: { type: "fit-x", contains: "padding" } };
}

/** An author's specification at the two widths of a page; `narrow` is null where it has a size of its own. */
export function resizeSpec(spec: VegaLiteSpec): { readonly wide: VegaLiteSpec; readonly narrow: VegaLiteSpec | null } {
  const themed = withConfig(spec, AUTHOR_CONFIG);
  if (!isResizable(themed)) return { wide: themed, narrow: null };
  return { wide: atWidth(themed, TOTAL_WIDTH_PX.wide), narrow: atWidth(themed, TOTAL_WIDTH_PX.narrow) };
}

/** One of our own drawings with the house's config. */
export function withHouseConfig(spec: VegaLiteSpec): VegaLiteSpec {
  return withConfig(spec, HOUSE_CONFIG);
}
