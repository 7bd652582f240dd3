#!/usr/bin/env bash
# House rules of pages and headers; see pages.py.   usage: pages.sh [write]
command -v python3 >/dev/null || { echo "skipped: pages: python3 is not on this machine"; exit 77; }
exec python3 "$(dirname "$0")/pages.py" "$@"
