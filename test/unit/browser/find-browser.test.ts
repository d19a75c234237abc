import { describe, expect, test } from "vitest";
import { findBrowser, type Machine } from "../../../src/browser/find-browser.ts";

function machine(changes: Partial<Machine> & { readonly programs?: readonly string[] }): Machine {
  const { programs = [], ...rest } = changes;
  return {
    platform: "linux",
    env: { PATH: "/usr/local/bin:/usr/bin" },
    home: "/home/ada",
    isProgram: (path) => programs.includes(path),
    list: () => [],
    ...rest,
  };
}

describe("findBrowser", () => {
  test("takes the environment before the PATH, and the PATH before the usual places", () => {
    const programs = ["/opt/own/chrome", "/usr/bin/chromium", "/snap/bin/chromium"];
    const env = { PATH: "/usr/bin" };
    expect(findBrowser(machine({ programs, env: { ...env, HEAPBOOK_CHROMIUM: "/opt/own/chrome" } }))).toBe(programs[0]);
    expect(findBrowser(machine({ programs, env: { ...env, CHROME_PATH: "/opt/own/chrome" } }))).toBe(programs[0]);
    expect(findBrowser(machine({ programs, env }))).toBe(programs[1]);
    expect(findBrowser(machine({ programs, env: {} }))).toBe(programs[2]);
  });

  test.each([
    ["linux", "/opt/google/chrome/chrome"],
    ["linux", "/usr/bin/microsoft-edge"],
    ["darwin", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
    ["darwin", "/home/ada/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"],
  ] as const)("finds on %s %s", (platform, program) => {
    expect(findBrowser(machine({ platform, programs: [program] }))).toBe(program);
  });

  test("takes the newest that Playwright downloaded", () => {
    const folder = "/home/ada/.cache/ms-playwright";
    const programs = ["chromium-99", "chromium-1200"].map((name) => `${folder}/${name}/chrome-linux/chrome`);
    const list = (path: string) => (path === folder ? ["chromium-99", "ffmpeg-1", "chromium-1200"] : []);
    expect(findBrowser(machine({ programs, list }))).toBe(programs[1]);
  });

  test("says how to install one", () => {
    const error = {
      code: "browser-not-found",
      message: "`--to pdf` prints with Chromium, Chrome or Edge, and none is installed.",
    };
    const hint = (text: string) => expect.stringContaining(text);
    expect(() => findBrowser(machine({}))).toThrow(
      expect.objectContaining({ ...error, hint: hint("apt install chromium") }),
    );
    expect(() => findBrowser(machine({ platform: "darwin" }))).toThrow(
      expect.objectContaining({ ...error, hint: hint("brew install --cask chromium") }),
    );
  });

  test("an environment variable that names no program is an error, not a reason to take another browser", () => {
    const env = { PATH: "/usr/bin", HEAPBOOK_CHROMIUM: "/gone" };
    expect(() => findBrowser(machine({ env, programs: ["/usr/bin/chromium"] }))).toThrow(
      expect.objectContaining({
        code: "browser-not-found",
        message: "`HEAPBOOK_CHROMIUM` names /gone, which is not a program.",
      }),
    );
  });
});
