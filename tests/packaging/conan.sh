#!/usr/bin/env bash
# The Conan package is made from a clone and its test package runs; skipped where conan is not.
exec bash packaging/conan/create
