import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { withEsbuild } from "../../src/esbuild.ts";

/** What esbuild says, as its install.js and main.js do (0.28). */
const NOT_INSTALLED =
  'The package "@esbuild/linux-x64" could not be found, and is needed by esbuild.\n\nIf you are installing esbuild with npm, …';
const OTHER_PLATFORM =
  "You installed esbuild for another platform than the one you're currently using.\nThis won't work because …";

function thrown(message: string): unknown {
  try {
    return withEsbuild(() => {
      throw new Error(message);
    });
  } catch (error) {
    return error;
  }
}

describe("withEsbuild", () => {
  it("gives what the work returns", () => {
    expect(withEsbuild(({ version }) => version)).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each([NOT_INSTALLED, OTHER_PLATFORM])("says how to install a binary that is missing: %s", (message) => {
    const error = thrown(message);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "bundler-not-installed", hint: expect.stringContaining("`npm ci`") });
  });

  it("passes on every other error", () => {
    expect(thrown("Build failed with 1 error")).toEqual(new Error("Build failed with 1 error"));
  });
});
