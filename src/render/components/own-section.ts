/**
 * Whether the id of a heading names a section that the author wrote for something that Heapbook makes: made from one of the titles
 * (`claims`), or a label (`sec-claims`).
 */
export function isOwnSection(id: string, titles: readonly string[]): boolean {
  return titles.some((title) => {
    const slug = title.toLowerCase().replaceAll(" ", "-");
    return id === slug || id === `sec-${slug}`;
  });
}
