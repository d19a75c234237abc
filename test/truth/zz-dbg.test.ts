import { it } from "vitest";
import { writeFileSync } from "node:fs";
import { prepareCell } from "../helpers/trial-runner.ts";
import { readFileSync } from "node:fs";
it("prep", async () => {
  const spec = await prepareCell(readFileSync("/tmp/dbg/cell.js", "utf8"), { probe: "bracket" });
  writeFileSync("/tmp/dbg/bundle.mjs", readFileSync(spec.bundlePath, "utf8"));
  writeFileSync("/tmp/dbg/flags.json", JSON.stringify(spec.flags));
});
