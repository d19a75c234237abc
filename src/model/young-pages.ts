/**
 * Last major version of Node in which V8 counts the whole current page of the young generation as used, under
 * mark-sweep collection of that generation (docs/measurement.md#allocated).
 */
export const LAST_MAJOR_WITH_WHOLE_PAGES = 21;
