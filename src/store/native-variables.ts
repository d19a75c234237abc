import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** Variables that V8, ICU and the C library read by themselves, so that no proxy can see it. */
const LOCALE_VARIABLES = [
  "TZ",
  "TZDIR",
  "LANG",
  "LANGUAGE",
  ...["ALL", "COLLATE", "CTYPE", "MESSAGES", "MONETARY", "NUMERIC", "TIME"].map((category) => `LC_${category}`),
];

/** Variables of the dynamic linker and of the C library's allocator (ld.so(8), mallopt(3)): they change what a process loads and holds. */
const LINKER_VARIABLES = [
  ...["LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "DYLD_LIBRARY_PATH", "GLIBC_TUNABLES"],
  ...["ARENA_MAX", "ARENA_TEST", "MMAP_MAX_", "MMAP_THRESHOLD_", "PERTURB_", "TOP_PAD_", "TRIM_THRESHOLD_"].map(
    (name) => `MALLOC_${name}`,
  ),
];

/** Variables that Node and its libraries read at their start (https://nodejs.org/api/cli.html#environment-variables). */
const NODE_VARIABLES = [
  ...["EXTRA_CA_CERTS", "ICU_DATA", "NO_WARNINGS", "PATH", "PENDING_DEPRECATION", "PRESERVE_SYMLINKS"].map(
    (name) => `NODE_${name}`,
  ),
  ...["PRESERVE_SYMLINKS_MAIN", "REDIRECT_WARNINGS", "USE_ENV_PROXY", "USE_SYSTEM_CA"].map((name) => `NODE_${name}`),
  ...["OPENSSL_CONF", "OPENSSL_MODULES", "SSL_CERT_DIR", "SSL_CERT_FILE", "UV_THREADPOOL_SIZE", "UV_USE_IO_URING"],
];

/** Of Python, the one that a cell's process inherits. */
const PYTHON_VARIABLES = ["PYTHONHOME"];

/** The variables that the process of a cell reads before or without the cell's code. @param isPython whether the cell is one of a Python */
export function nativeVariables(isPython: boolean): readonly string[] {
  return [...LOCALE_VARIABLES, ...LINKER_VARIABLES, ...(isPython ? PYTHON_VARIABLES : NODE_VARIABLES)];
}

/** Variables whose value names a file, or a folder, whose content decides. */
const NAME_FILES = ["NODE_EXTRA_CA_CERTS", "NODE_ICU_DATA", "OPENSSL_CONF", "SSL_CERT_FILE", "SSL_CERT_DIR"];
/** Variables whose value lists files, between spaces or colons. */
const LIST_FILES = ["LD_PRELOAD", "DYLD_INSERT_LIBRARIES"];

/** Options of Node whose value is a file that Node reads before the cell's code, or a module that it loads. */
const FILE_OPTIONS =
  /^(?:-r|--(?:require|import|(?:experimental-)?loader|env-file(?:-if-exists)?|snapshot-blob|openssl-config|icu-data-dir|experimental-config-file|experimental-policy))$/;

/** The files that flags of Node name: `--env-file=.env`, `--require`, `./setup.cjs`. Packages, which have no path, are not among them. */
export function filesOfFlags(flags: readonly string[]): readonly string[] {
  return flags.flatMap((flag, at) => {
    const [option = "", value = flags[at + 1] ?? ""] = flag.split(/=(.*)/s);
    if (!FILE_OPTIONS.test(option) || value === "") return [];
    if (value.startsWith("file:")) return [fileURLToPath(value)];
    return /^(?:-r|--(?:require|import|.*loader))$/.test(option) && !/^\.{0,2}\//.test(value) ? [] : [value];
  });
}

/** The files that native variables name. `TZ` names one by its absolute path, with or without a colon before it (tzset(3)). */
export function filesOfVariables(variables: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const zone = variables["TZ"]?.replace(/^:/, "") ?? "";
  const files = [
    ...NAME_FILES.map((name) => variables[name] ?? ""),
    ...LIST_FILES.flatMap((name) => (variables[name] ?? "").split(/[\s:]+/)).filter((name) => name.includes("/")),
    ...(isAbsolute(zone) ? [zone] : []),
  ];
  return files.filter((file) => file !== "");
}
