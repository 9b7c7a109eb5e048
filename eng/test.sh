#!/usr/bin/env bash
# Everything that CI runs, on a repository that is built: formatting, then each test project of the solution. Called by ./fed test.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/eng/setup.sh"

results=$root/artifacts/test-results
hang_after=20m # for one project: several times what the slowest needs on two cores
# Projects that compute in one process and wait for nobody: two of them run at a time. The others start daemons and measure their patience, and run alone.
computing=(Architecture Data Federation Grpc Hosting Learning Privacy TorchSharp)
passed=0 failed=0 skipped=0

usage() {
    cat <<END
./fed test             formatting, and all tests of the solution; what CI runs
./fed test NAME...     only those test projects, by the folder's name: $(test_projects | sed 's:^tests/\([^/]*\)/.*:\1:' | paste -sd' ')
Results are written to artifacts/test-results. The last line is always "N passed, N failed, N skipped".
A test is skipped only where the folder ../shared with the real data is absent; with CI=true any other skipped test is a failure.
END
}

test_projects() { sed -n 's/.*"\(tests[\\/][^"]*\.csproj\)".*/\1/p' "$root/Federated.sln" | tr '\\' '/' | sort; }

# One line a result, tab-separated: outcome, test, message with its line ends as \001. The writer of .trx puts a start tag on one line. The
# file is read twice: the name of a data row may not say which method it belongs to, and the methods stand after the results.
read_trx() {
    awk '
    function plain(text) {
        gsub(/&#x[dD];/, "", text); gsub(/&#x[aA];/, "\001", text)
        gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
        gsub(/\t/, " ", text)
        return text
    }
    function attribute(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
    function emit() { if (test != "") { print outcome "\t" plain(test) "\t" plain(message) } test = "" }
    NR == FNR && /<UnitTest / { id = attribute("id") }
    NR == FNR && /<TestMethod / { method[id] = attribute("name") }
    NR == FNR { next }
    /<UnitTestResult / {
        test = attribute("testName"); owner = method[attribute("testId")]
        if (index(test, owner) != 1) { test = owner ": " test }
        outcome = attribute("outcome"); message = ""; reading = 0
        if (/\/>[ \r]*$/) { emit() }
    }
    /<Message>/ && test != "" { reading = 1; sub(/.*<Message>/, "") }
    reading { line = $0; if (sub(/<\/Message>.*/, "", line)) { reading = 0 } sub(/\r$/, "", line); message = message (message == "" ? "" : "\001") line }
    /<\/UnitTestResult>/ { emit() }
    ' "$1" "$1"
}

# Indents a message under the test it belongs to.
show() { printf '  %s: %s\n' "$1" "$2"; printf '%s\n' "$3" | tr '\001' '\n' | sed -n '1,40s/^/      /p'; }

check_format() {
    if (cd "$root" && dotnet tool restore && dotnet csharpier check .) >"$results/format.log" 2>&1; then
        echo "formatting: as csharpier wants it"
    else
        failed=$((failed + 1))
        echo "formatting: FAILED; run 'dotnet csharpier format .'"
        grep -E 'error|warn|Error|Warn' "$results/format.log" | head -20 | sed 's/^/      /' || true
    fi
}

# A skipped test counts as such only if what it waits for cannot be here.
may_be_skipped() {
    [ "${CI:-}" = true ] || return 0
    [ ! -d "$root/../shared" ] && [[ $1 == *"'shared'"* ]]
}

run_project() {
    local project=$1 name trx log code=0 started=$SECONDS outcome test message p=0 f=0 s=0 notes=""
    name=$(basename "$project" .csproj)
    trx=$results/$name.trx
    log=$results/$name.log
    timeout -k 30 "$hang_after" dotnet test "$root/$project" -c Release --no-build --nologo \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" >"$log" 2>&1 || code=$?

    if [ -f "$trx" ]; then
        while IFS=$'\t' read -r outcome test message; do
            case "$outcome" in
            Passed) p=$((p + 1)) ;;
            NotExecuted | Inconclusive | Warning)
                if may_be_skipped "$message"; then
                    s=$((s + 1))
                    notes+=$(show skipped "$test" "$message")$'\n'
                else
                    f=$((f + 1))
                    notes+=$(show "FAILED, skipped in CI" "$test" "$message")$'\n'
                fi
                ;;
            *)
                f=$((f + 1))
                notes+=$(show FAILED "$test" "$message")$'\n'
                ;;
            esac
        done < <(read_trx "$trx")
    fi

    if [ $((p + f + s)) = 0 ]; then
        f=1
        notes+=$(show FAILED "no test of $name ran" "$(tail -15 "$log")")$'\n'
    elif [ $code != 0 ] && [ $f = 0 ]; then
        f=1
        notes+=$(show FAILED "the test run of $name ended with exit code $code" "$(tail -15 "$log")")$'\n'
    fi

    printf '%s: %d passed, %d failed, %d skipped (%d s)\n' "$name" $p $f $s $((SECONDS - started))
    printf '%s' "$notes"
    printf '%d %d %d\n' $p $f $s >"$results/$name.counts"
}

# Runs the projects that it is given, so many at a time, and says how each went when it is over.
run_projects() {
    local at_once=$1 project name p f s
    shift
    printf '%s\n' "$@" | xargs -r -P "$at_once" -I{} bash -c 'run_project {} >"$results/$(basename {} .csproj).said" 2>&1'
    for project in "$@"; do
        name=$(basename "$project" .csproj)
        cat "$results/$name.said"
        read -r p f s <"$results/$name.counts" || { p=0 f=1 s=0; }
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    done
}

is_computing() { [[ " ${computing[*]} " == *" $(sed 's:^tests/\([^/]*\)/.*:\1:' <<<"$1") "* ]]; }

case "${1:-}" in
--help | -h)
    usage
    exit 0
    ;;
esac

selected=()
if [ $# = 0 ]; then
    mapfile -t selected < <(test_projects)
else
    for name in "$@"; do
        project=$(test_projects | grep -E "^tests/$name/" || true)
        [ -n "$project" ] || die "no test project is called '$name'." "$(usage | sed -n 2p)"
        selected+=("$project")
    done
fi

export FEDERATED_PROGRAMS=$root/artifacts/dist
install_packages jupyter-nbconvert python3-ipykernel python3-matplotlib python3 python3-cryptography python3-torch python3-grpcio python3-protobuf strace openssl procps util-linux mount
rm -rf "$results"
mkdir -p "$results"
[ $# -gt 0 ] || check_format
export -f run_project read_trx may_be_skipped show
export root results hang_after
together=() alone=()
for project in "${selected[@]}"; do
    if is_computing "$project"; then together+=("$project"); else alone+=("$project"); fi
done
run_projects 2 "${together[@]}"
for project in "${alone[@]}"; do
    run_projects 1 "$project"
done
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ]
