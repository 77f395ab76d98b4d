#!/usr/bin/env bash
# Makes packages of this checkout, which run on machines without Java. `./chaski package` starts it.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
. "$home/bin/find-jdk.sh"
. "$home/bin/build.sh"
. "$home/bin/package-tree.sh"

usage() {
    cat <<'END'
Usage: chaski package [--output=<folder>] [--type=tar|deb|all]
Make packages of this checkout that run on Linux without Java.

      --output=<folder>   put them there (default: target/package)
      --type=<type>       tar: a tar.gz to unpack anywhere; deb: a package for Debian and Ubuntu;
                            all: what this machine can make (default)
  -h, --help              show this

Needs a JDK 25 that has jlink, and Maven; for deb also dpkg-deb. What is made depends on the commit alone, but for the
start-up cache in it. SOURCE_DATE_EPOCH, in seconds, is the time on all files; by default the commit's.

Exit codes:
  0   done
  1   something is missing or failed
  2   wrong options
END
}

fail() { say "chaski package: $*"; exit 1; }
wrong() { say "chaski package: $*"; say "See chaski package --help"; exit 2; }

output=$home/target/package type=all
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --output=* | --type=*) name=${1%%=*} value=${1#*=} ;;
        --output | --type)
            [ $# -gt 1 ] || wrong "$1 needs a value"
            name=$1 value=$2
            shift
            ;;
        *) wrong "unknown option: $1" ;;
    esac
    [ -n "$value" ] || wrong "$name needs a value"
    case $name in
        --output) output=$value ;;
        --type)
            case $value in tar | deb | all) type=$value ;; *) wrong "--type=$value: allowed is tar, deb or all" ;; esac
            ;;
    esac
    shift
done

# Whether JDK $1 can make runtimes: from its jmods, or from itself where it was built so (JEP 493).
can_link() {
    [ -f "$1/jmods/java.base.jmod" ] || case $("$1/bin/jlink" -J-Duser.language=en --help) in
        *"run-time image enabled"*) ;;
        *) return 1 ;;
    esac
}

# Runs function $2 with the rest as arguments as a step named $1; its words go to the log, whose end is shown on failure.
run_step() {
    local name=$1 status=0
    shift
    begin_step "$name"
    echo "== $name" >>"$log"
    # Not in a condition: there the shell would go on after an error.
    set +e
    (set -e; "$@") >>"$log" 2>&1 </dev/null
    status=$?
    set -e
    [ "$status" -eq 0 ] || { end_step failed; tail -n 20 "$log" >&2; fail "the whole log is ${log#"$home/"}"; }
    end_step
}

# The same bytes for the same tree: names in order, no owner, no time of day.
make_tar() {
    tar -C "$work" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
        -cf - "chaski-$version" | gzip -n >"$output/$1.new"
    mv "$output/$1.new" "$output/$1"
}

# Prints a file's name and size, and writes its sum beside it.
finish() {
    local sum
    (cd "$output" && sha256sum "$1" >"$1.sha256")
    sum=$(cut -d ' ' -f 1 "$output/$1.sha256")
    printf '%s  %s bytes  sha256 %s\n' "$output/$1" "$(stat -c %s "$output/$1")" "$sum"
}

build_release() {
    ! is_fresh "$home/cli/target/release/chaski.jar" || return 0
    # From nothing: a class whose source is gone must not be in a package.
    rm -rf "$home"/*/target/release
    build release -Dchaski.target=target/release -Dchaski.libraries=
}

make_packages() {
    local made=() name
    : >"$log"
    build_release
    rm -rf "$tree"
    mkdir "$tree"
    run_step "runtime" make_runtime
    run_step "files" make_files
    run_step "start-up cache" train
    if [ "$type" != deb ]; then
        name=chaski-$version-linux-$arch.tar.gz
        run_step "tar.gz" make_tar "$name"
        made+=("$name")
    fi
    if [ "$type" != tar ] && can_make_deb; then
        run_step "deb" make_deb
        made+=("$(cat "$work/deb.name")")
    fi
    for name in "${made[@]}"; do finish "$name"; done
}

make_files() { copy_jars; copy_files; copy_licenses; write_manual; }

can_make_deb() { [ -x "$home/bin/package-deb.sh" ] && command -v dpkg-deb >/dev/null; }

# The other script gets the tree and the folder, and prints the name of the file that it made there.
make_deb() { "$home/bin/package-deb.sh" "$tree" "$output" >"$work/deb.name"; }

[ "$(uname -s)" = Linux ] || fail "packages are made on Linux, and this is $(uname -s)."
for need in tar gzip sha256sum; do command -v "$need" >/dev/null || fail "there is no $need on the PATH."; done
[ "$type" != deb ] || can_make_deb || fail "--type=deb needs dpkg-deb (Debian and Ubuntu: apt-get install dpkg)."
find_jdk jlink
can_link "$JDK_HOME" || fail "$JDK_HOME cannot make runtimes: it has no jmods folder. Install its package of jmods, or" \
    "point CHASKI_JAVA_HOME at a JDK 25 that has them."
export CHASKI_JAVA_HOME=$JDK_HOME

version=$(sed -n '/<parent>/,/<\/parent>/d; s:.*<version>\(.*\)</version>.*:\1:p' "$home/pom.xml" | head -n 1)
case $(release_value "$JDK_HOME" OS_ARCH) in x86_64 | amd64) arch=x64 ;; *) arch=$(release_value "$JDK_HOME" OS_ARCH) ;; esac
commit=$(git -C "$home" rev-parse HEAD 2>/dev/null || echo unknown)
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$home" log -1 --format=%ct 2>/dev/null ||
        date -d "$(sed -n 's:.*<project.build.outputTimestamp>\(.*\)</.*:\1:p' "$home/pom.xml")" +%s)
fi
export SOURCE_DATE_EPOCH
if [ -n "$(git -C "$home" status --porcelain 2>/dev/null)" ]; then
    say "Something here is not committed, and will be in the packages."
    commit=$commit-dirty
fi

work=$home/target/package
tree=$work/chaski-$version log=$work/package.log
mkdir -p "$work" "$output" || fail "cannot write there."
output=$(cd "$output" && pwd -P)
with_lock "$work" make_packages
