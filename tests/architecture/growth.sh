#!/usr/bin/env bash
# Growth by design, read from the history: since this file is there, a commit that adds a loss, a metric, a head, a family of models, a rule of robust
# training or a type of fields touches no other header but by include lines, one for each header that it adds. Its tests, its page and programs that use
# it may come with it.
# usage: growth.sh ROOT
set -u
root=$(cd "$1" && pwd)
skip() { echo "skipped: commits that add headers: $1"; exit 77; }
git=(git -C "$root")
command -v git >/dev/null || skip "git is not on this machine"
[ "$("${git[@]}" rev-parse --show-toplevel 2>/dev/null)" = "$root" ] || skip "there is no history here"
[ "$("${git[@]}" rev-parse --is-shallow-repository)" = false ] || skip "the history is cut off"
base=$("${git[@]}" log --diff-filter=A --format=%H -- tests/architecture/growth.sh | tail -n 1)
[ -n "$base" ] || skip "this file is not in it yet"

# Is this header, as text, one of a kind that is added alone?
kind() {
    case $1 in
        include/hone/loss/*.hpp) echo "a loss" ;;
        include/hone/metric/*.hpp) echo "a metric" ;;
        include/hone/robust/*.hpp) echo "a rule" ;;
        include/hone/model/*.hpp) grep -q '^struct family<' <<<"$2" && echo "a family" ;;
        include/hone/layer/*.hpp) grep -q 'constexpr const char\* task' <<<"$2" && echo "a head" ;;
        *.hpp) grep -qE '^struct field_traits(_of)?<' <<<"$2" && echo "a type of fields" ;;
    esac
}
failed=0 judged=0
for commit in $("${git[@]}" rev-list --reverse --no-merges "$base..HEAD"); do
    what="" count=0
    while read -r header; do
        one=$(kind "$header" "$("${git[@]}" show "$commit:$header")")
        [ -n "$one" ] && { what+="${what:+, }$one ($header)"; count=$((count + 1)); }
    done < <("${git[@]}" diff-tree --no-commit-id -r --diff-filter=A --name-only "$commit" -- 'include/*.hpp')
    [ "$count" = 0 ] && continue
    judged=$((judged + 1))
    lines=$("${git[@]}" diff-tree -p -U0 --diff-filter=a "$commit" -- include/ | grep -E '^[-+]' | grep -vE '^(---|\+\+\+) ')
    others=$(grep -vE '^[-+][[:space:]]*(#[[:space:]]*include\b.*)?$' <<<"$lines" | grep -c .)
    added=$(grep -cE '^\+[[:space:]]*#[[:space:]]*include\b' <<<"$lines")
    if [ "$others" -gt 0 ] || [ "$added" -gt "$count" ]; then
        echo "$("${git[@]}" log -1 --format='%h %s' "$commit"): it adds $what, and changes $others other lines of headers and adds $added include lines to them"
        failed=1
    fi
done
[ $failed = 0 ] && echo "$judged commits since the rule stands add such headers, and each touches its own"
exit $failed
