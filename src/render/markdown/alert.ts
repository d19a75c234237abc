/** Writes a GitHub alert: a block quotation whose first line is its kind, such as `[!NOTE]`. */
export function renderAlert(kind: "NOTE" | "TIP" | "WARNING" | "CAUTION", text: string): string {
  return `[!${kind}]\n${text}`
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}
