import { decodePercent } from "../files.ts";

/**
 * Matches one PDF object without its stream. The longest one is the list of destinations of a page with thousands of
 * links.
 */
const OBJECT = /(?:^|\n)(\d+) 0 obj\n([\s\S]*?)(?=\nendobj|\nstream\r?\n)/g;

/**
 * Maps each linked id to the number of the PDF page that has the element with this id; numbers start at 1. Chromium
 * writes the ids that links lead to as named destinations: `/sec-first [7 0 R /XYZ 51 774 0]`, a name is the
 * percent-encoded id, in which `#` and two hexadecimal digits stand for other bytes. Pages are the leaves of a tree of
 * `/Kids` (ISO 32000-1:2008, 7.7.3 and 12.3.2.3).
 */
export function pagesOfIds(pdf: Uint8Array): ReadonlyMap<string, number> {
  const text = Buffer.from(pdf).toString("latin1");
  const objects = new Map([...text.matchAll(OBJECT)].map(([, number = "", body = ""]) => [number, body] as const));
  const root = [...objects].find(([, body]) => /\/Type \/Pages\b/.test(body) && !/\/Parent\b/.test(body))?.[0];
  const pages = new Map(
    root === undefined ? [] : leaves(root, objects).map((page, index) => [page, index + 1] as const),
  );
  const found = new Map<string, number>();
  for (const body of objects.values()) {
    for (const [, name = "", page = ""] of body.matchAll(/\/([^\s/[\]<>()]+) \[(\d+) 0 R \/XYZ /g)) {
      const number = pages.get(page);
      if (number !== undefined && name !== "Dest") found.set(idOf(name), number);
    }
  }
  return found;
}

function leaves(number: string, objects: ReadonlyMap<string, string>): readonly string[] {
  const kids = /\/Kids \[([^\]]*)\]/.exec(objects.get(number) ?? "")?.[1];
  if (kids === undefined) return [number];
  // regexp: the children of one node, of which Chromium writes up to eight
  return [...kids.matchAll(/(\d+) 0 R/g)].flatMap(([, kid = ""]) => leaves(kid, objects));
}

function idOf(name: string): string {
  const encoded = name.replace(/#([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return decodePercent(encoded);
}
