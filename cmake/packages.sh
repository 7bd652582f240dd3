# Sourced by the two commands (tests/run, examples/quickstart): finds out which tools and headers are missing and installs them.
# A thing is looked for as what it is (a command that runs, a header that the compiler finds), so any distribution's will do.
# Each need is "PACKAGE|WHAT|CHECK": Debian's name, the name in words, and a command that succeeds where it is there.

cxx=${CXX:-c++}
has_header() { echo "#include <$1>" | "$cxx" -std=c++20 -E -x c++ - >/dev/null 2>&1; }
has_command() { command -v "$1" >/dev/null 2>&1; }

needs_of_a_build=(
    "g++|a C++20 compiler (g++ 12 or later)|has_header version"
    "make|make|has_command make || has_command ninja"
    "cmake|CMake 3.22 or later|has_command cmake"
    "libxsimd-dev|xsimd|has_header xsimd/xsimd.hpp"
    "libxtensor-dev|xtensor|has_header xtensor/xtensor.hpp || has_header xtensor/containers/xtensor.hpp"
    "libboost-dev|Boost (Hana)|has_header boost/hana.hpp")

missing_packages=()
missing_words=()
look_for() { # look_for NEED...: sets missing_packages and missing_words
    local need package words check
    missing_packages=() missing_words=()
    for need in "$@"; do
        IFS='|' read -r package words check <<<"$need"
        eval "$check" || { missing_packages+=("$package"); missing_words+=("$words"); }
    done
}

joined() { local IFS=,; sed 's/,/, /g' <<<"$*"; }

install_missing() { # install_missing NEED...: returns when everything is there; otherwise says what to do and exits with 2
    look_for "$@"
    [ ${#missing_packages[@]} -eq 0 ] && return
    local by=() line
    if ! has_command apt-get; then
        echo "Missing on this machine: $(joined "${missing_words[@]}")." >&2
        echo "There is no apt-get here to install them with: please install them, then run this again. (Debian calls them: ${missing_packages[*]})" >&2
        exit 2
    fi
    line="apt-get install --yes --no-install-recommends ${missing_packages[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        if has_command sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            by=(sudo)
        else
            echo "Missing on this machine: $(joined "${missing_words[@]}"). Installing them needs root; please run, as root:" >&2
            echo "    apt-get update && $line" >&2
            exit 2
        fi
    fi
    echo "Installing: ${missing_packages[*]}"
    if ! { "${by[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq && "${by[@]}" env DEBIAN_FRONTEND=noninteractive $line -qq; } </dev/null >/tmp/hone-install.$$ 2>&1; then
        tail -n 5 /tmp/hone-install.$$ >&2
        rm -f /tmp/hone-install.$$
        echo "Installing failed (is there a network?). Please run, as root:" >&2
        echo "    apt-get update && $line" >&2
        exit 2
    fi
    rm -f /tmp/hone-install.$$
    look_for "$@"
    if [ ${#missing_packages[@]} -gt 0 ]; then
        echo "Installed, but still not usable: $(joined "${missing_words[@]}") (from the packages ${missing_packages[*]})" >&2
        exit 2
    fi
}

# How many compilers at once: one a core, and at most one for each 1.5 GB of memory that is free.
jobs_that_fit() {
    local cores free
    cores=$(nproc 2>/dev/null || echo 1)
    free=$(awk '/^MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo 2>/dev/null)
    free=${free:-1}
    echo $(( free < 1 ? 1 : free < cores ? free : cores ))
}
