#!/usr/bin/env bash
# Every adapter has a page in docs/adapters/, and the tables of costs and of pairs in the docs are what the programs print.
# usage: adapters.sh [write]   with `write`, first puts what the programs print into rows of the docs that have other figures
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
costs=${HONE_PROGRAMS:?}/11_cost_of_adapters pairs=$HONE_PROGRAMS/12_pairs_of_adapters
[ -x "$costs" ] && [ -x "$pairs" ] || { echo "skipped: pages of adapters: the examples are not built"; exit 77; }
failed=0
fail() { echo "FAILED: $1"; failed=1; }
methods=$(grep -hA 2 '^/// Options:' "$root"/include/hone/adapter/*.hpp | sed -n 's/^struct \([a-z0-9_]*\) .*/\1/p')
[ "$(wc -l <<<"$methods")" -ge 12 ] || fail "only $(wc -l <<<"$methods") adapters were found by their options"
for method in $methods; do
    page=$root/docs/adapters/$method.md
    [ -e "$page" ] || { fail "no page docs/adapters/$method.md"; continue; }
    grep -qF "\`$method<" "$page" || fail "docs/adapters/$method.md does not give the type $method<...>"
    grep -qF "adapters/$method.md" "$root/docs/adapters.md" || fail "docs/adapters.md does not name the page of $method"
done
key='function key(line) { split(line, cell, "|"); return cell[2] (cell[3] ~ /^ [0-9]/ ? " cost" : " pair") }'
if [ "${1:-}" = write ]; then
    { "$costs" && "$pairs"; } >"${TMPDIR:-/tmp}/hone-rows-$$" || exit 1
    for page in "$root"/docs/adapters.md "$root"/docs/adapters/*.md; do
        awk "$key"' /^\|---/ { if (NR != FNR) print; next } NR == FNR { row[key($0)] = $0; next } /^\|/ && key($0) in row { print row[key($0)]; next } { print }' "${TMPDIR:-/tmp}/hone-rows-$$" "$page" >"$page.new" && mv "$page.new" "$page"
    done
    rm "${TMPDIR:-/tmp}/hone-rows-$$"
fi
# A program's arena is a little larger or smaller with the processor's registers (packed weights, a thread's scratch): 2 % are let pass, all else is exact.
settled() { awk -F '|' 'BEGIN { OFS = "|" } $3 ~ /^ [0-9]+ $/ && NF == 8 { $5 = " arena " } { print }'; }
check() { # check PROGRAM: the lines of its table stand in docs/adapters.md, one below the other
    local printed docs
    printed=$("$1" | settled) || { fail "$1 cannot be run"; return; }
    docs=$(settled <"$root/docs/adapters.md")
    [ -n "$printed" ] && [[ $docs == *"$printed"* ]] || fail "docs/adapters.md has not the table that ${1##*/} prints: $(grep -vxFf <(echo "$docs") <<<"$printed" | head -n 1)"
}
check "$costs"
check "$pairs"
awk -F '|' 'NF != 8 || $3 !~ /^ [0-9]+ $/ { next } NR == FNR { arena[$2] = $5; next } $2 in arena && ($5 > 1.02 * arena[$2] || $5 < 0.98 * arena[$2]) { print FILENAME ": " $0; wrong = 1 } END { exit wrong }' \
    <("$costs") "$root"/docs/adapters.md "$root"/docs/adapters/*.md || fail "another arena than 11_cost_of_adapters prints, by more than 2 %"
while read -r row; do # of the cost table; the rows of a page are among them
    [ "$(cat "$root"/docs/adapters/*.md | settled | grep -cxF "$row")" -eq 1 ] || fail "not on one page: $row"
done < <("$costs" | tail -n +4 | settled) # behind the heading and the row of full training
[ "$(cat "$root"/docs/adapters/*.md | grep -cE '^\| [^|]+\| [0-9]+ \|')" -eq "$("$costs" | tail -n +4 | wc -l)" ] || fail "a page has a row of costs that 11_cost_of_adapters does not print"
[ $failed = 0 ] && echo "$(wc -l <<<"$methods") adapters have their pages, and the tables are what the programs print"
exit $failed
