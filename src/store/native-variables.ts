import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** Environment variables that V8, ICU and the C library read natively, so that no proxy of `process.env` sees it. */
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

/** Environment variables of Python that a cell's process inherits. */
const PYTHON_VARIABLES = ["PYTHONHOME"];

/**
 * Names of the variables that a cell's process reads natively, before or without the cell's code.
 * @param isPython whether a Python runs the cell
 */
export function nativeVariables(isPython: boolean): readonly string[] {
  return [...LOCALE_VARIABLES, ...LINKER_VARIABLES, ...(isPython ? PYTHON_VARIABLES : NODE_VARIABLES)];
}

/** Variables whose value is the path of a file or folder. Its content affects the process. */
const NAME_FILES = ["NODE_EXTRA_CA_CERTS", "NODE_ICU_DATA", "OPENSSL_CONF", "SSL_CERT_FILE", "SSL_CERT_DIR"];
/** Variables whose value is a list of files, separated by spaces or colons. */
const LIST_FILES = ["LD_PRELOAD", "DYLD_INSERT_LIBRARIES"];

/** Matches Node's options whose value is a file that Node reads before the cell's code, or a module that it loads. */
const FILE_OPTIONS =
  /^(?:-r|--(?:require|import|(?:experimental-)?loader|env-file(?:-if-exists)?|snapshot-blob|openssl-config|icu-data-dir|experimental-config-file|experimental-policy))$/;

/**
 * Files that Node's flags name, such as `.env` in `--env-file=.env`, or `./setup.cjs` after `--require`. Names of
 * packages are left out.
 */
export function filesOfFlags(flags: readonly string[]): readonly string[] {
  return flags.flatMap((flag, at) => {
    const [option = "", value = flags[at + 1] ?? ""] = flag.split(/=(.*)/s);
    if (!FILE_OPTIONS.test(option) || value === "") return [];
    if (value.startsWith("file:")) return [fileURLToPath(value)];
    return /^(?:-r|--(?:require|import|.*loader))$/.test(option) && !/^\.{0,2}\//.test(value) ? [] : [value];
  });
}

/**
 * Files that native variables name. `TZ` can name a file by its absolute path, with or without a leading colon
 * (tzset(3)).
 */
export function filesOfVariables(variables: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const zone = variables["TZ"]?.replace(/^:/, "") ?? "";
  const files = [
    ...NAME_FILES.map((name) => variables[name] ?? ""),
    ...LIST_FILES.flatMap((name) => (variables[name] ?? "").split(/[\s:]+/)).filter((name) => name.includes("/")),
    ...(isAbsolute(zone) ? [zone] : []),
  ];
  return files.filter((file) => file !== "");
}
