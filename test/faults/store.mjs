/** Corrupts each kind of file of the store in each way: the next render runs what is lost, and gives the same page. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { findRunFaults, makeFolder, run } from "./check.mjs";

const REPORT = `---
title: Store
---

\`\`\`{js}
//| label: a
//| probes: [time]
//| trials: 2
import { measure } from "heapbook";
measure(() => 1);
console.log("shown-words");
\`\`\`

\`\`\`{js}
//| label: fig-b
//| fig-cap: B
import { chart } from "heapbook";
import "result:a";
chart({ mark: "bar", data: { values: [{ a: 1, b: 2 }] }, encoding: { x: { field: "a" }, y: { field: "b", type: "quantitative" } } });
\`\`\`
`;

const CORRUPTIONS = {
  empty: (path) => writeFileSync(path, ""),
  "cut in half": (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  "without its last byte": (path) => truncateSync(path, Math.max(0, statSync(path).size - 1)),
  "one bit changed": (path) => {
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    writeFileSync(path, bytes);
  },
  "NUL bytes": (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
  "not UTF-8": (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x80])),
  null: (path) => writeFileSync(path, "null"),
  "an empty object": (path) => writeFileSync(path, "{}"),
  "a list": (path) => writeFileSync(path, "[[]]"),
  "deep JSON": (path) => writeFileSync(path, `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
  "another version": (path) =>
    writeFileSync(path, readFileSync(path, "utf8").replace(/"schemaVersion":\d+/, '"schemaVersion":99')),
  "names of prototypes": (path) => writeFileSync(path, '{"__proto__":{"a":1},"constructor":5}'),
  "a folder": (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  "a link to itself": (path) => {
    rmSync(path);
    symlinkSync(path, path);
  },
  "a link to nothing": (path) => {
    rmSync(path);
    symlinkSync("/nonexistent/x", path);
  },
  "a link to an endless device": (path) => {
    rmSync(path);
    symlinkSync("/dev/zero", path);
  },
  "not readable": (path) => chmodSync(path, 0),
  removed: (path) => rmSync(path),
};

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());

/** Text of a page without what each run measures anew. */
const lasting = (page) => ({
  words: page.includes("shown-words"),
  chart: page.includes("<svg"),
  end: page.trimEnd().endsWith("</html>"),
});

export async function checkStore(report, step = 1) {
  const original = makeFolder({ "reports/a/report.md": REPORT });
  try {
    const first = await run(["render", "a"], original.folder);
    report("store: the first render", findRunFaults(first, [0]));
    const store = original.path(".heapbook");
    // One file of each kind: the folder of the store that it is in, and its ending.
    const kinds = new Map();
    for (const path of filesBelow(store)) {
      const [folder = ""] = path.slice(store.length + 1).split("/");
      const kind = `${folder} ${/\.\w+$/.exec(path)?.[0] ?? ""}`;
      const same = kinds.get(kind) ?? [];
      if (same.length < 3) kinds.set(kind, [...same, path.slice(original.folder.length + 1)]);
    }
    let number = 0;
    for (const [kind, files] of kinds) {
      for (const [name, corrupt] of Object.entries(CORRUPTIONS)) {
        number += 1;
        if (number % step > 0) continue;
        const made = makeFolder({});
        try {
          cpSync(original.folder, made.folder, { recursive: true, preserveTimestamps: true });
          for (const file of files) corrupt(made.path(file));
          const ran = await run(["render", "a"], made.folder, { limitMs: 60_000 });
          const faults = findRunFaults(ran, [0]);
          const page = lasting(made.read("_site/a/index.html"));
          if (!page.words || !page.chart || !page.end) faults.push(`the page lacks something: ${JSON.stringify(page)}`);
          report(`store: ${kind}: ${name}`, faults);
        } finally {
          made.remove();
        }
      }
    }
  } finally {
    original.remove();
  }
}
