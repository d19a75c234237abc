import { mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../../src/document/settings.ts";
import { writeSite } from "../../../src/site/write-site.ts";
import { memoryCache } from "../../helpers/page.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

it("an index that cannot be written is an error of the output folder", () => {
  const workspace = createWorkspace();
  // A folder in the place of the file: as on a full disk, the write fails, whoever runs the tests.
  mkdirSync(workspace.path("_site/.heapbook-site.json/x"), { recursive: true });
  const input = {
    root: workspace.folder,
    folder: workspace.path("_site"),
    settings: DEFAULT_SETTINGS,
    title: "Reports",
    hasIndex: true,
    rendered: [],
    addedCss: "",
    logo: null,
    footer: null,
    cache: memoryCache(),
    heapbookVersion: "0.1.0",
    onWarning: () => {},
  };
  expect(() => writeSite(input)).toThrow(expect.objectContaining({ code: "output-not-writable" }));
});
