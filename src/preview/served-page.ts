import { createHash } from "node:crypto";
import { readAsset } from "../render/assets.ts";
import { escapeHtml } from "../render/text/escape-html.ts";

const POLICY = /(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)/;

/**
 * Makes the page that the preview serves: adds the script that replaces the page after a render. The
 * Content-Security-Policy then allows this script, by its hash, and connections to the preview server.
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

/**
 * A placeholder for a report whose page is not written yet. Its script shows progress and loads the page once it
 * exists.
 */
export function waitingPage(slug: string): string {
  const name = escapeHtml(slug);
  return toServedPage(`<!DOCTYPE html>
<html lang="en" data-preview-waiting>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width">
<title>${name}: rendering…</title>
</head>
<body>
<p>Rendering <code>${name}</code>… This page shows the report as soon as it is written.</p>
</body>
</html>
`);
}
