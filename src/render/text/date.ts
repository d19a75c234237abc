import { LANGUAGES_WITH_WORDS } from "../../words/page-words.ts";

/**
 * Formats an ISO date in UTC, in the language of the report: `22 November 2026`, `22. November 2026`, `2026年11月22日`.
 * British English by default, unless `lang` names another region. Text that is not a date is returned unchanged.
 */
export function formatDate(iso: string, lang = "en"): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  const [language = "en"] = lang.toLowerCase().split("-", 1);
  const known = LANGUAGES_WITH_WORDS.includes(language) ? lang : "en";
  const locale = known.toLowerCase() === "en" ? "en-GB" : known;
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale, options).format(time);
}
