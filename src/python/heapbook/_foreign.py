"""Observes what code that is not Python reads for a cell, as far as Python says so, and names the rest: foreign functions (ctypes, cffi),
extension modules, certificates of OpenSSL, programs that are started below `subprocess`."""

import os

from heapbook._places import is_own, packages_folder

# Functions of the C library that read the environment: all of it counts as read.
_READ_ENVIRONMENT = ("getenv", "secure_getenv", "environ", "__environ", "_environ", "_NSGetEnviron")
# Functions of the C library that read nothing but memory and this process.
_READ_NOTHING = frozenset(
    (
        "malloc calloc realloc free posix_memalign aligned_alloc malloc_trim malloc_usable_size mallinfo mallinfo2 mallopt malloc_stats "
        "malloc_info memcpy memmove memset memcmp strlen strcmp strncmp strcpy strncpy qsort abs labs atoi atol atof strtol strtod "
        "sqrt pow sin cos tan exp log floor ceil fabs fmod printf puts putchar fflush toupper tolower getpid gettid getpagesize mlock "
        "munlock mlockall munlockall madvise mincore sched_yield sleep usleep nanosleep time clock clock_gettime rand srand"
    ).split()
)
# Variables by which compiled packages of numbers choose threads and code (OpenBLAS, MKL, BLIS, Accelerate, OpenMP, NumPy): they read them in C.
_OF_PACKAGES = (
    "OMP_NUM_THREADS OMP_DYNAMIC OMP_THREAD_LIMIT OPENBLAS_NUM_THREADS OPENBLAS_CORETYPE GOTO_NUM_THREADS MKL_NUM_THREADS MKL_DYNAMIC "
    "MKL_CBWR BLIS_NUM_THREADS VECLIB_MAXIMUM_THREADS NUMEXPR_NUM_THREADS NUMEXPR_MAX_THREADS NPY_DISABLE_CPU_FEATURES RAYON_NUM_THREADS "
    "POLARS_MAX_THREADS ARROW_DEFAULT_MEMORY_POOL"
).split()
_OF_OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF")


def observe_symbol(recorder, library, name, list_environment):
    """Observes a function or a variable of a shared library that the cell looks up. `library`: of ctypes, or a handle."""
    name = os.fsdecode(name) if isinstance(name, (str, bytes)) else str(name)
    file = getattr(library, "_name", None)
    is_of_process = not isinstance(file, str) or os.path.basename(file).startswith(("libc.", "libm.", "libSystem."))
    if is_of_process and name in _READ_ENVIRONMENT:
        list_environment()
    elif not (is_of_process and (name in _READ_NOTHING or name.startswith(("Py", "_Py")))):
        recorder.unobserved("the foreign function `%s`" % name)


def observe_extension(recorder, name, path):
    """Observes a compiled module: its file, which the dynamic linker opens, and what its code may read."""
    recorder.read("content", path)
    if name == "_cffi_backend":
        recorder.unobserved("foreign functions of `cffi`")
    elif packages_folder(path) is not None:
        for variable in _OF_PACKAGES:
            recorder.observe("env", variable)
    elif not is_own(path):
        recorder.unobserved("the extension module `%s`" % name)


def observe_certificates(recorder):
    """Observes the files that OpenSSL opens for `ssl`. Call it before the module is imported."""
    try:
        import _ssl
    except ImportError:
        return  # the cell's own import says so
    for variable in _OF_OPENSSL:
        recorder.observe("env", variable)
    original = _ssl._SSLContext

    def read(*paths):
        for path in paths:
            if path is not None:
                recorder.read("content", os.fspath(path))

    # `ssl.SSLContext` has this class as its base.
    class _SSLContext(original):
        def load_verify_locations(self, cafile=None, capath=None, cadata=None):
            read(cafile, capath)
            return super().load_verify_locations(cafile, capath, cadata)

        def load_cert_chain(self, certfile, keyfile=None, password=None):
            read(certfile, keyfile)
            return super().load_cert_chain(certfile, keyfile, password)

        def load_dh_params(self, path, /):
            read(path)
            return super().load_dh_params(path)

    _ssl._SSLContext = _SSLContext


def observe_forks(recorder):
    """Names the programs that are started by `_posixsubprocess`, which has no audit event: multiprocessing starts its processes so."""
    try:
        import _posixsubprocess
    except ImportError:
        return
    original = _posixsubprocess.fork_exec

    def fork_exec(args, executables, *rest):
        # The tracker of shared memory reads nothing of the cell's.
        if not any(b"multiprocessing.resource_tracker" in os.fsencode(each) for each in args or ()):
            recorder.unobserved("the program `%s`" % os.path.basename(os.fsdecode(executables[0])))
        return original(args, executables, *rest)

    _posixsubprocess.fork_exec = fork_exec
