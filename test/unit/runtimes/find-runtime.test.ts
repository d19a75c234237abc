import { chmodSync, copyFileSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.ts";
import {
  askLimits,
  compareVersions,
  findRuntime,
  listRuntimes,
  nameRuntimes,
  ownRuntime,
  selectInstalled,
} from "../../../src/runtimes/find-runtime.ts";
import { binaryKey, describeBinary } from "../../../src/runtimes/node-binary.ts";
import { createWorkspace, type Workspace } from "../../helpers/workspace.ts";

/** A program that answers as a Node of this version does. */
const fakeNode = (version: string): string => {
  const answer = {
    node: version,
    v8: "1.2.3",
    arch: "x64",
    platform: "linux",
    nodeFlags: ["--warnings"],
    semiSpaceLimitBytes: 42,
  };
  return `#!/bin/sh\necho asked >> "$0.log"\necho '${JSON.stringify(answer)}'\n`;
};

function install(workspace: Workspace, name: string, program: string): void {
  workspace.write(name, program);
  chmodSync(workspace.path(name), 0o755);
}

function createCache(): { get(key: string): string | undefined; set(key: string, value: string): void } {
  const kept = new Map<string, string>();
  return { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value) };
}

const searchIn = (workspace: Workspace) => ({
  runtimesFolder: workspace.path("runtimes"),
  folder: workspace.path("reports/demo"),
  cache: createCache(),
});

const own = process.versions.node;

describe("versions", () => {
  it("are ordered by number", () => {
    expect(["9.1.0", "10.0.0", "10.0.1", "10.10.0", "10.9.9"].sort(compareVersions)).toEqual([
      "9.1.0",
      "10.0.0",
      "10.0.1",
      "10.9.9",
      "10.10.0",
    ]);
    expect(compareVersions("1.2.3", "1.2.3")).toBe(0);
  });
});

describe("what is installed", () => {
  it("is listed newest first, half-made and foreign folders aside", () => {
    const workspace = createWorkspace({
      "runtimes/9.11.2/bin/node": "",
      "runtimes/24.1.0/bin/node": "",
      "runtimes/25.0.0/README": "",
      "runtimes/.staging-1-ab/bin/node": "",
      "runtimes/notes.txt": "",
    });
    expect(listRuntimes(workspace.path("runtimes"))).toEqual([
      { version: "24.1.0", path: workspace.path("runtimes/24.1.0/bin/node") },
      { version: "9.11.2", path: workspace.path("runtimes/9.11.2/bin/node") },
    ]);
    expect(listRuntimes(workspace.path("none"))).toEqual([]);
  });

  it("is chosen by any part of its version", () => {
    const workspace = createWorkspace({ "r/24.1.0/bin/node": "", "r/24.10.0/bin/node": "", "r/22.3.0/bin/node": "" });
    const select = (asked: string): string[] =>
      selectInstalled(workspace.path("r"), asked).map(({ version }) => version);
    expect(select("24")).toEqual(["24.10.0", "24.1.0"]);
    expect(select("24.1")).toEqual(["24.1.0"]);
    expect(() => select("2")).toThrow(expect.objectContaining({ code: "runtime-not-installed" }));
  });
});

describe("findRuntime", () => {
  it("gives `node` and this version's number as the Node that runs Heapbook, unasked", async () => {
    const search = searchIn(createWorkspace());
    for (const spec of ["node", `node@${own}`, `node@${own.split(".")[0]}`]) {
      expect(await findRuntime(spec, search)).toMatchObject({
        spec,
        path: process.execPath,
        node: own,
        v8: process.versions.v8,
      });
    }
  });

  it("finds the newest of a version, asks it once, and takes its word", async () => {
    const workspace = createWorkspace();
    install(workspace, "runtimes/99.1.0/bin/node", fakeNode("99.1.0"));
    install(workspace, "runtimes/99.2.0/bin/node", fakeNode("99.2.0"));
    const search = searchIn(workspace);
    const found = await findRuntime("node@99", search);
    expect(found).toEqual({
      spec: "node@99",
      path: workspace.path("runtimes/99.2.0/bin/node"),
      node: "99.2.0",
      v8: "1.2.3",
      arch: "x64",
      platform: "linux",
      nodeFlags: new Set(["--warnings"]),
      semiSpaceLimitBytes: 42,
    });
    expect((await findRuntime("node@99.1", search)).node).toBe("99.1.0");
    await findRuntime("node@99.2.0", search);
    expect(workspace.read("runtimes/99.2.0/bin/node.log")).toBe("asked\n");
  });

  it("takes a path from the report's folder, and knows a binary by what is in it", async () => {
    const workspace = createWorkspace();
    install(workspace, "reports/demo/bin/my node", fakeNode("99.0.0"));
    const search = searchIn(workspace);
    const first = await findRuntime("bin/my node", search);
    expect(first).toMatchObject({ path: workspace.path("reports/demo/bin/my node"), node: "99.0.0" });
    expect(first.binary).toMatch(/^[0-9a-f]{64}$/);
    install(workspace, "reports/demo/bin/my node", `${fakeNode("99.0.0")}# another build\n`);
    expect((await findRuntime("bin/my node", search)).binary).not.toBe(first.binary);
    expect((await findRuntime(workspace.path("reports/demo/bin/my node"), search)).node).toBe("99.0.0");
  });

  it.each([
    ["node@98", "runtime-not-installed", "heapbook runtime add 98"],
    [`node@${own}.1`, "runtime-not-installed", "heapbook runtime add"],
    ["bin/none", "runtime-not-found", "reports/demo/bin/none"],
    ["bin/", "runtime-not-usable", "binary of a Node"],
    ["bin/text", "runtime-not-usable", "binary of a Node"],
    ["bin/echo", "runtime-not-usable", "binary of a Node"],
    ["bin/fails", "runtime-not-usable", "binary of a Node"],
    ["bin/old", "runtime-too-old", "heapbook runtime add 20"],
    ["bin/without", "runtime-too-old", "heapbook runtime add 22"],
  ])("%s is refused: %s", async (spec, code, hint) => {
    const workspace = createWorkspace({ "reports/demo/bin/text": "not a program" });
    install(workspace, "reports/demo/bin/echo", "#!/bin/sh\necho hello\n");
    install(workspace, "reports/demo/bin/fails", "#!/bin/sh\necho no such luck >&2\nexit 3\n");
    install(workspace, "reports/demo/bin/old", fakeNode("18.20.8"));
    install(workspace, "reports/demo/bin/without", fakeNode("21.7.3"));
    const error: unknown = await findRuntime(spec, searchIn(workspace)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint), message: expect.stringContaining(spec) });
  });
});

describe("a binary", () => {
  it("is asked again when it changed, and not before", async () => {
    const workspace = createWorkspace();
    install(workspace, "node", fakeNode("99.0.0"));
    const cache = createCache();
    const key = binaryKey(workspace.path("node"));
    await describeBinary(workspace.path("node"), "x", cache);
    await describeBinary(workspace.path("node"), "x", cache);
    expect(workspace.read("node.log")).toBe("asked\n");
    utimesSync(workspace.path("node"), 1, 1);
    expect(binaryKey(workspace.path("node"))).not.toBe(key);
    await describeBinary(workspace.path("node"), "x", cache);
    expect(workspace.read("node.log")).toBe("asked\nasked\n");
  });

  it("that is a copy of this Node says what this Node says of itself", async () => {
    const workspace = createWorkspace();
    copyFileSync(process.execPath, workspace.path("node"));
    const copy = await findRuntime(workspace.path("node"), searchIn(workspace));
    const { node, v8, arch, platform, nodeFlags } = ownRuntime();
    expect(copy).toMatchObject({ node, v8, arch, platform });
    expect([...copy.nodeFlags].sort()).toEqual([...nodeFlags].sort());
  });

  it("reports a semi-space that is a power of two of MiB, as `askLimits` gives it for the Node that runs Heapbook", async () => {
    const asked = await askLimits(new Map([["node", ownRuntime()]]), createCache());
    const bytes = asked.get("node")?.semiSpaceLimitBytes ?? 0;
    expect(Number.isInteger(Math.log2(bytes / 2 ** 20))).toBe(true);
    expect(bytes).toBeGreaterThanOrEqual(2 ** 20);
  });
});

describe("all runtimes", () => {
  const installed = (...versions: readonly string[]) => versions.map((version) => ({ version, path: `/${version}` }));

  it.each([
    ["none but its own", [], ["node"]],
    ["others, oldest first", ["26.1.0", "22.3.1"], ["node", "node@22", "node@26"]],
    ["several of one major version", ["24.2.0", "24.10.0"], ["node", "node@24.2.0", "node@24.10.0"]],
    ["another of its own major version", ["20.1.0"], ["node", "node@20.1.0"]],
    ["its own once more", ["20.9.0", "22.3.1"], ["node", "node@22"]],
  ])("are named, each once: %s", (_, versions, names) => {
    expect(nameRuntimes(installed(...versions), "20.9.0")).toEqual(names);
  });
});
