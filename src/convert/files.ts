/** A file that the conversion writes next to report.md. */
export interface ConvertedFile {
  /** Path relative to the folder of the report. */
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/** File extension for each type of image in notebooks that pages can show, the best type first. */
const IMAGE_ENDINGS: ReadonlyMap<string, string> = new Map([
  ["image/svg+xml", "svg"],
  ["image/png", "png"],
  ["image/jpeg", "jpg"],
  ["image/webp", "webp"],
  ["image/gif", "gif"],
  ["image/avif", "avif"],
]);

/** An SVG with its namespace: in a notebook it stands in HTML, which needs none; in a file it is no image without. */
function withNamespace(svg: string): string {
  const [opening = ""] = /<svg\b[^>]*>/.exec(svg) ?? [];
  if (opening === "" || /\sxmlns=/.test(opening)) return svg;
  return svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

/**
 * Makes a file of the best image in a MIME bundle; undefined if the bundle has no image.
 * @param stem path of the file without extension
 */
export function imageFiles(data: Readonly<Record<string, unknown>>, stem: string): ConvertedFile | undefined {
  for (const [type, ending] of IMAGE_ENDINGS) {
    const value = data[type];
    const text = Array.isArray(value) ? value.join("") : value;
    if (typeof text !== "string" || text === "") continue;
    // SVG is text in a notebook, every other image Base64.
    const contents = type === "image/svg+xml" ? withNamespace(text) : new Uint8Array(Buffer.from(text, "base64"));
    return { path: `${stem}.${ending}`, contents };
  }
  return undefined;
}
