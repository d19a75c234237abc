/**
 * `npm run sbom`: writes `dist/sbom.cdx.json`, which each release has: a CycloneDX list of what the package installs and of what its files
 * contain (the bundle), with licenses. Ends with an error for a license that is not among those that MIT software may be given on with.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** SPDX ids. CPAL-1.0 (citeproc) and MPL-2.0 hold for their own files, which stay unchanged. */
const ALLOWED = new Set([
  ...[
    "MIT",
    "MIT-0",
    "ISC",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "Unlicense",
    "CC0-1.0",
    "CC-BY-4.0",
  ],
  ...["Python-2.0", "PSF-2.0", "OFL-1.1", "MPL-2.0", "CPAL-1.0", "WTFPL", "Zlib"],
]);

const root = fileURLToPath(new URL("..", import.meta.url));
const told = spawnSync("npm", ["sbom", "--sbom-format", "cyclonedx"], { cwd: root, encoding: "utf8", maxBuffer: 1e9 });
if (told.status !== 0) throw new Error(`npm sbom failed: ${told.stderr}`);
const sbom = JSON.parse(told.stdout);

const idsOf = ({ licenses = [] }) =>
  licenses.flatMap(
    ({ license, expression }) => license?.id ?? license?.name ?? expression?.split(/\s+OR\s+|[()]/) ?? [],
  );
const refused = sbom.components.filter((component) => {
  const ids = idsOf(component).filter((id) => id.trim() !== "");
  return ids.length === 0 || !ids.some((id) => id.split(/\s+AND\s+/).every((each) => ALLOWED.has(each.trim())));
});
for (const component of refused) {
  process.stdout.write(`${component.name}@${component.version}: license ${idsOf(component).join(", ") || "unknown"}\n`);
}
if (refused.length > 0) process.exitCode = 1;

// The time and the random id would make each build another file.
delete sbom.serialNumber;
delete sbom.metadata.timestamp;
writeFileSync(new URL("../dist/sbom.cdx.json", import.meta.url), `${JSON.stringify(sbom, null, 1)}\n`);
process.stdout.write(`${sbom.components.length} packages in dist/sbom.cdx.json\n`);
