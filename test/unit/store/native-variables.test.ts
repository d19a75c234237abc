import { describe, expect, it } from "vitest";
import { filesOfFlags, filesOfVariables, nativeVariables } from "../../../src/store/native-variables.ts";

describe("what a process reads before the code of its cell", () => {
  it("variables of the other interpreter are not among those of a cell", () => {
    expect(nativeVariables(true)).toContain("PYTHONHOME");
    expect(nativeVariables(true)).not.toContain("NODE_PATH");
    expect(nativeVariables(false)).toContain("NODE_PATH");
    for (const isPython of [true, false])
      expect(nativeVariables(isPython)).toEqual(expect.arrayContaining(["TZ", "LD_PRELOAD"]));
  });

  it("variables name files", () => {
    expect(filesOfVariables({ NODE_EXTRA_CA_CERTS: "ca.pem", SSL_CERT_FILE: "" })).toEqual(["ca.pem"]);
    expect(filesOfVariables({ LD_PRELOAD: "/lib/a.so libb.so:./c.so" })).toEqual(["/lib/a.so", "./c.so"]);
    expect(["Europe/Berlin", ":/zone", "/zone", ""].map((TZ) => filesOfVariables({ TZ }))).toEqual([
      [],
      ["/zone"],
      ["/zone"],
      [],
    ]);
  });

  it("flags name files, and packages none", () => {
    expect(filesOfFlags(["--require=./a.cjs", "-r", "/b.cjs", "--import=file:///c.mjs"])).toEqual([
      "./a.cjs",
      "/b.cjs",
      "/c.mjs",
    ]);
    expect(filesOfFlags(["--require=package", "--max-old-space-size=8", "--icu-data-dir=./icu"])).toEqual(["./icu"]);
  });
});
