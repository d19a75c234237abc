import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

let versions: string | undefined;

/**
 * Names and versions of the packages, `vega 6.4.0, vega-lite 6.4.3`, from their package.json. `npm run build` replaces
 * this module by the finished text (scripts/vega-versions.mjs).
 */
export function vegaVersions(): string {
  versions ??= ["vega", "vega-lite"].map(nameAndVersion).join(", ");
  return versions;
}

function nameAndVersion(name: string): string {
  // The packages do not export package.json. It is one folder above the exported file (build/…).
  const path = join(dirname(createRequire(import.meta.url).resolve(name)), "..", "package.json");
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? `${name} ${String(manifest.version)}`
    : name;
}
