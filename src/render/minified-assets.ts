/**
 * Minified style sheets and scripts of `templates/`, by path such as `css/report.css`. Empty in the source: the build
 * replaces this module by the finished map (scripts/minified-assets.mjs), because every page contains these files.
 */
export const MINIFIED: ReadonlyMap<string, string> = new Map();
