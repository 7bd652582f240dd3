#!/usr/bin/env bash
# The Debian package is made and holds what it should; packaging/deb alone also installs it into a clean Debian.
command -v dpkg-deb >/dev/null || { echo "skipped: Debian package: dpkg-deb is not on this machine"; exit 77; }
exec bash packaging/deb --package-only
