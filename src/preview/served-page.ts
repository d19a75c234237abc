import { createHash } from "node:crypto";
import { readAsset } from "../render/assets.ts";

const POLICY = /(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)/;

/**
 * A page as the preview serves it: with the script that swaps the page, which the written page does not have, and with a
 * Content-Security-Policy that allows this script, by its hash, and connections to the preview.
 */
export function toServedPage(page: string): string {
  const script = readAsset("js/preview.js");
  const hash = `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
  const element = `<script data-heapbook-preview>${script}</script>`;
  const end = page.lastIndexOf("</body>");
  if (end < 0) return page;
  const injected = `${page.slice(0, end)}${element}\n${page.slice(end)}`;
  return injected.replace(POLICY, (_whole, open: string, policy: string, close: string) => {
    const allowed = policy.includes("script-src ")
      ? policy.replace("script-src ", `script-src ${hash} `)
      : `${policy}; script-src ${hash}`;
    return `${open}${allowed}; connect-src 'self'${close}`;
  });
}
