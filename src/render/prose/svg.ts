const TAGS =
  "svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text tspan textPath image marker clipPath mask pattern linearGradient radialGradient stop switch style view filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence".split(
    " ",
  );

/** Matches an address that loads nothing: a part of the drawing itself, or an embedded image. */
const OWN_ADDRESS = /^\s*(?:#|data:image\/(?:png|jpeg|gif|webp);)/i;

/**
 * Removes from a cell's SVG everything that runs or loads something: scripts, event handlers, foreign content,
 * animations of addresses, links, and addresses outside the drawing, also in styles. The file in `figures/` may be
 * opened by itself, without the page's policy.
 */
export async function sanitizeSvg(source: string): Promise<string> {
  const { default: sanitize } = await import("sanitize-html");
  return sanitize(source, {
    allowedTags: TAGS,
    allowedAttributes: false,
    allowVulnerableTags: true,
    allowedSchemes: ["data"],
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    parser: { xmlMode: true, lowerCaseTags: false, lowerCaseAttributeNames: false },
    nonTextTags: ["script", "foreignObject", "iframe", "object", "embed", "audio", "video"],
    exclusiveFilter: ({ tag, text }) => tag === "style" && (/[<&@\\]/.test(text) || loads(text)),
    transformTags: {
      "*": (tagName, attribs) => ({
        tagName,
        attribs: Object.fromEntries(Object.entries(attribs).filter(([name, value]) => isSafe(name, value))),
      }),
    },
  });
}

function isSafe(name: string, value: string): boolean {
  const local = name.toLowerCase().replace(/^.*:/, "");
  if (local.startsWith("on") || local === "base") return false;
  if (local === "href" || local === "src") return OWN_ADDRESS.test(value);
  if (name.toLowerCase().startsWith("xmlns")) return true;
  return !/[\\@]/.test(local === "style" ? value : "") && !loads(value);
}

/** Whether a CSS value loads something from outside the drawing. */
function loads(css: string): boolean {
  const addresses = [...css.matchAll(/url\(\s*["']?\s*([^"')]*)/gi)];
  return (
    addresses.some(([, address = ""]) => !OWN_ADDRESS.test(address)) ||
    /image-set|\bexpression\(|javascript:/i.test(css)
  );
}

/** Copies an item of a cell's output, with the SVG of an image cleaned by `sanitizeSvg`. */
export async function cleanPicture<Item extends { readonly kind: string }>(item: Item): Promise<Item> {
  const image = item as Item & { readonly type?: string; readonly bytes?: Uint8Array };
  if (item.kind !== "image" || image.type !== "image/svg+xml" || image.bytes === undefined) return item;
  const clean = await sanitizeSvg(Buffer.from(image.bytes).toString("utf8"));
  return { ...item, bytes: Buffer.from(clean, "utf8") };
}
