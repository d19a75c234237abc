"""Prints what the interpreter is, as JSON. Any Python from 2.7 on must be able to run this."""

import json
import os
import platform
import struct
import sys

print(
    json.dumps(
        {
            "implementation": platform.python_implementation(),
            # "t" is a build without the global lock, "d" one for debugging: objects have other sizes there.
            "version": platform.python_version() + getattr(sys, "abiflags", "").replace("m", ""),
            "major": sys.version_info[0],
            "minor": sys.version_info[1],
            "bits": struct.calcsize("P") * 8,
            "build": sys.version,
            "executable": sys.executable,
            "prefix": sys.prefix,
            "library": os.path.dirname(os.path.abspath(os.__file__)),
            "platform": sys.platform,
            "arch": platform.machine(),
        }
    )
)
