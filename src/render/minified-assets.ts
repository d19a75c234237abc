/**
 * Style sheets and scripts of `templates/` without comments and blanks, by path such as `css/report.css`. Empty here: the build of the
 * command line puts them in place of this module (scripts/minified-assets.mjs), because every page holds them.
 */
export const MINIFIED: ReadonlyMap<string, string> = new Map();
