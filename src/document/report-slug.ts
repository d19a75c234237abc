/**
 * The path of a report's page in the site, with `/` between its parts: the path of the report's folder below `reports/`
 * (`2026/week9`); for a report elsewhere, the name of its folder.
 * @param folder the report's folder, relative to the project; `.` or empty for the project's own folder
 * @param name name of the report's folder
 */
export function reportSlug(folder: string, name: string): string {
  const parts = folder.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  return parts[0] === "reports" && parts.length > 1 ? parts.slice(1).join("/") : name;
}
