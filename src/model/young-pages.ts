/**
 * Major version of Node up to which V8 counts the page of the young generation on which it allocates as used, whole, where it marks and
 * sweeps that generation (docs/measurement.md#allocated).
 */
export const LAST_MAJOR_WITH_WHOLE_PAGES = 21;
