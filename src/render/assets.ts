import { readdirSync, readFileSync } from "node:fs";
import { MINIFIED } from "./minified-assets.ts";

/**
 * The folder `templates/` of the package. This module must be exactly one folder below src/: the build puts it into
 * dist/bundled/, where the relative path must also be right.
 */
const FOLDER = new URL("../../templates/", import.meta.url);

/**
 * Reads a file of `templates/`, such as `css/report.css`. The built command line has style sheets and scripts minified.
 */
export function readAsset(path: string): string {
  return MINIFIED.get(path) ?? readFileSync(new URL(path, FOLDER), "utf8");
}

/** Reads a file for pages that `npm run build` makes, such as `charts.js`. */
export function readBuilt(name: string): string {
  return readFileSync(new URL(`../dist/pages/${name}`, FOLDER), "utf8");
}

/** Names of the files in a folder of `templates/`, such as `partials/`, in alphabetical order. */
export function listAssets(folder: string): readonly string[] {
  return readdirSync(new URL(folder, FOLDER)).sort();
}
