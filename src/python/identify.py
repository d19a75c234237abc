"""Prints implementation, version and platform of the interpreter, as JSON. Must run on any Python from 2.7 on."""

import json
import os
import platform
import struct
import sys

print(
    json.dumps(
        {
            "implementation": platform.python_implementation(),
            # "t": a build without the global interpreter lock. "d": a debug build. Both have other object sizes.
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
