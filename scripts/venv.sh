#!/usr/bin/env bash
# Makes the virtual environment FOLDER and installs the hashed REQUIREMENTS and cutset itself into it.
set -euo pipefail
folder=$1 requirements=$2
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "cutset needs Python 3.11 or later; set PYTHON=python3.12, say" >&2
    exit 1
}
if [ ! -x "$folder/bin/pip" ]; then
    rm -rf "$folder"
    # Debian keeps the part of Python that makes environments in a package of its own.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq python3-venv
        else
            echo "Python's venv is not here. To mend it: apt-get install python3-venv" >&2
            exit 1
        fi
    fi
    "$python" -m venv "$folder"
fi
"$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
