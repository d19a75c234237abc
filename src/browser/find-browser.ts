import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { UserError } from "../errors.ts";

/**
 * Environment variables that name a browser; the first one that is set counts. Lighthouse and Karma read the second one
 * too.
 */
const BROWSER_VARIABLES = ["HEAPBOOK_CHROMIUM", "CHROME_PATH"] as const;

/** File names of Chromium, Chrome and Edge. */
const PROGRAMS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
];

/** The machine on which a browser is searched for. Tests pass another one. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Whether the path is an executable file. */
  readonly isProgram: (path: string) => boolean;
  /** Lists the names in a folder; empty if the folder does not exist. */
  readonly list: (folder: string) => readonly string[];
}

const thisMachine = (): Machine => ({
  platform: process.platform,
  env: process.env,
  home: homedir(),
  isProgram,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
});

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Path of an installed Chromium, Chrome or Edge: from the environment, from the PATH, or from the folders in which
 * installers put them.
 *
 * @throws UserError `browser-not-found`, also if an environment variable names no executable file
 */
export function findBrowser(machine: Machine = thisMachine()): string {
  for (const name of BROWSER_VARIABLES) {
    const path = machine.env[name];
    if (path === undefined || path === "") continue;
    if (machine.isProgram(path)) return path;
    throw new UserError(`\`${name}\` names ${path}, which is not a program.`, {
      code: "browser-not-found",
      hint: "Set it to the path of a Chromium, Chrome or Edge, or remove it.",
    });
  }
  const found = [...fromPath(machine), ...usualPlaces(machine)].find(machine.isProgram);
  if (found !== undefined) return found;
  throw new UserError("`--to pdf` prints with Chromium, Chrome or Edge, and none is installed.", {
    code: "browser-not-found",
    hint: `Install one (${installCommand(machine.platform)}), or set \`${BROWSER_VARIABLES[0]}\` to its path.`,
  });
}

function fromPath({ env, platform }: Machine): readonly string[] {
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const ending = platform === "win32" ? ".exe" : "";
  const names = platform === "win32" ? [...PROGRAMS, "msedge"] : PROGRAMS;
  return names.flatMap((name) => folders.map((folder) => join(folder, `${name}${ending}`)));
}

/** Paths where installers put browsers and where Playwright keeps downloaded ones, the newest first. */
function usualPlaces(machine: Machine): readonly string[] {
  const { platform, home, env } = machine;
  if (platform === "darwin") {
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    const folders = ["/Applications", join(home, "Applications")];
    return [
      ...apps.flatMap((app) => folders.map((folder) => join(folder, `${app}.app/Contents/MacOS/${app}`))),
      ...playwrightBrowsers(machine, join(home, "Library/Caches/ms-playwright")),
    ];
  }
  if (platform === "win32") {
    const roots = [env["PROGRAMFILES"], env["PROGRAMFILES(X86)"], env["LOCALAPPDATA"]].filter(
      (root) => root !== undefined,
    );
    const programs = [
      "Google/Chrome/Application/chrome.exe",
      "Chromium/Application/chrome.exe",
      "Microsoft/Edge/Application/msedge.exe",
    ];
    return programs.flatMap((program) => roots.map((root) => join(root, program)));
  }
  return [
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/usr/lib/chromium/chromium",
    "/var/lib/flatpak/exports/bin/org.chromium.Chromium",
    ...playwrightBrowsers(machine, join(home, ".cache/ms-playwright")),
  ];
}

function playwrightBrowsers({ list, platform }: Machine, folder: string): readonly string[] {
  const program = platform === "darwin" ? "chrome-mac/Chromium.app/Contents/MacOS/Chromium" : "chrome-linux/chrome";
  const number = (name: string): number => Number(name.slice("chromium-".length));
  return list(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => number(b) - number(a))
    .map((name) => join(folder, name, program));
}

function installCommand(platform: NodeJS.Platform): string {
  if (platform === "darwin") return "`brew install --cask chromium`";
  if (platform === "win32") return "`winget install Google.Chrome`";
  return "Debian and Ubuntu: `sudo apt install chromium`; Fedora: `sudo dnf install chromium`";
}
