#!/usr/bin/env bash
# The rule of growth must itself be able to fail: small histories, right and wrong ones.   usage: growth_can_fail.sh SCRATCH
set -u
scratch=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v git >/dev/null || { echo "skipped: histories that are wrong: git is not on this machine"; exit 77; }
failed=0
begin() { # a repository that has the rule
    rm -rf "$scratch" && mkdir -p "$scratch"/tests/architecture "$scratch"/include/hone/{loss,metric,model,layer,step} && cd "$scratch" || exit 1
    git init -q . && git config user.name hone && git config user.email hone@example.org && git config commit.gpgsign false
    echo '#include "hone/loss/loss.hpp"' >include/hone/hone.hpp
    echo 'int engine;' >include/hone/step/step.hpp
    echo 'int old;' >include/hone/loss/loss.hpp
    cp "$here/growth.sh" tests/architecture/
    commit
}
commit() { git add -A && git commit -qm "A commit"; }
expect() { # expect CODE WORDS
    out=$(bash "$here/growth.sh" "$scratch" 2>&1)
    code=$?
    if [ "$code" -ne "$1" ] || [[ $out != *"$2"* ]]; then
        printf 'wrong: expected exit %s with "%s", found %s with\n%s\n' "$1" "$2" "$code" "$out"
        failed=1
    fi
}
begin
expect 0 '0 commits'
echo 'int margin;' >include/hone/loss/margin.hpp
echo '#include "hone/loss/margin.hpp"' >>include/hone/hone.hpp
commit
expect 0 '1 commits'
echo 'int more;' >>include/hone/step/step.hpp # the engine alone may change
commit
expect 0 '1 commits'
echo 'int two_things;' >include/hone/metric/share.hpp
echo 'if (share) engine = 2;' >>include/hone/step/step.hpp
commit
expect 1 'a metric (include/hone/metric/share.hpp), and changes 1 other lines'
begin
printf 'template <class... A>\nstruct family<other<A...>> {};\n' >include/hone/model/other.hpp
printf '#include "a"\n#include "b"\n' >>include/hone/hone.hpp
commit
expect 1 'adds a family (include/hone/model/other.hpp), and changes 0 other lines of headers and adds 2 include lines'
begin
echo '    static constexpr const char* task = "rank";' >include/hone/layer/rank.hpp
sed -i 's/engine/motor/' include/hone/step/step.hpp
commit
expect 1 'adds a head'
rm -rf .git
expect 77 'there is no history here'
[ $failed = 0 ] && echo "the rule of growth notices what it should"
exit $failed
