#!/usr/bin/env bash
# Pins every requirement anew, with hashes and without the address of any index.
set -euo pipefail
bin=$1
"$bin/pip" install --quiet pip-tools
build=$(mktemp --suffix .in)
trap 'rm -f "$build"' EXIT
echo 'flit_core>=3.11,<5' >"$build"
compile=("$bin/pip-compile" --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-trusted-host
    --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe)
"${compile[@]}" --extra ais -o requirements/core.txt pyproject.toml "$build"
"${compile[@]}" --extra test --extra check --extra docs --extra bench --extra postgresql --extra pdf --extra server \
    --extra timestamp --extra ais --extra allocate \
    -c requirements/core.txt -o requirements/dev.txt pyproject.toml "$build"
