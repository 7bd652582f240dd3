#!/usr/bin/env bash
# The package files agree with the sources, without a compiler: versions, options that are named, the manifest's fields, one header.
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v python3 >/dev/null || { echo "skipped: package files: python3 is not on this machine"; exit 77; }
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
failed=0
fail() { echo "FAILED: $1"; failed=1; }
version=$(sed -nE 's/^#define HONE_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+)$/\2/p' include/hone/version.hpp | paste -sd.)
python3 - "$version" <<'PY' || fail "packaging/vcpkg/hone/vcpkg.json"
import json, re, sys
port = json.load(open("packaging/vcpkg/hone/vcpkg.json"))
known = {"$schema", "name", "version", "description", "homepage", "license", "supports", "dependencies", "default-features", "features"}
assert set(port) <= known, f"fields {set(port) - known}"
assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", port["name"])
assert port["version"] == sys.argv[1], f"version {port['version']}, the header says {sys.argv[1]}"
for one in port["dependencies"]:
    assert isinstance(one, str) or set(one) <= {"name", "host", "version>=", "features", "platform"}
for name, feature in port["features"].items():
    assert set(feature) <= {"description", "dependencies"} and feature["description"], name
assert set(port["default-features"]) <= set(port["features"])
PY
for option in $(grep -ohE 'HONE_BUILD_[A-Z]+' packaging/vcpkg/hone/portfile.cmake); do
    grep -q "option($option " CMakeLists.txt || fail "portfile.cmake names $option, which is no option"
done
grep -q 'hone::hone' packaging/vcpkg/hone/usage || fail "the port's usage names no target"
packaging/amalgamate "$scratch/one.hpp" || fail "packaging/amalgamate"
! grep -qE '^ *# *include *[<"]hone/' "$scratch/one.hpp" || fail "the single header includes hone's own"
[ "$(grep -cE '^ *# *if' "$scratch/one.hpp")" -eq "$(grep -cE '^ *# *endif' "$scratch/one.hpp")" ] || fail "an #if of the single header is open"
[ $failed = 0 ] && echo "versions, options and fields of the package files agree"
exit $failed
