# Sourced by ./chaski in a source checkout, and by bin/package.sh: builds the jars, and tells a person how far it is.
# Expects $home, the checkout. Works in bash 3.2 and up.

say() { printf '%s\n' "$*" >&2; }

# True if nothing that goes into the jars changed after jar $1 was built. A deleted file counts: it changes its folder.
is_fresh() {
    [ -f "$1" ] && [ -z "$(find "$home"/pom.xml "$home"/*/pom.xml "$home"/*/src/main -newer "$1" 2>/dev/null | head -n 1)" ]
}

# Prints the folder of the newest build that is up to date, or of any build if CHASKI_BUILD=off; or nothing.
find_built() {
    local folder
    for folder in "$home/cli/target" "$home/cli/target/quick"; do
        [ -f "$folder/chaski.jar" ] || continue
        if [ "${CHASKI_BUILD:-on}" = off ] || is_fresh "$folder/chaski.jar"; then
            echo "$folder"
            return
        fi
    done
}

# One line for each step: its name when it begins, its seconds when it is over.
begin_step() {
    step=$1 step_since=$SECONDS
    printf '  %-14s' "$step" >&2
}
end_step() {
    # On a terminal something else may stand on the line meanwhile.
    [ ! -t 2 ] || printf '\r\033[K  %-14s' "$step" >&2
    printf ' %s\n' "${1:-$(printf '%3d s' $((SECONDS - step_since)))}" >&2
    step=""
}

# Reads what Maven says and tells a person about it: one step for each module.
report_modules() {
    local line step="" step_since files=0
    while IFS= read -r line; do
        case $line in
            *"Downloaded from"*)
                files=$((files + 1))
                [ ! -t 2 ] || printf '\r\033[K  %-14s fetching libraries: %d files' "$step" "$files" >&2
                ;;
            "[INFO] Building chaski-"*" ["* | "[INFO] Reactor Summary"*)
                [ -z "$step" ] || end_step
                line=${line#"[INFO] Building chaski-"}
                case $line in "[INFO]"*) ;; *) begin_step "${line%% *}" ;; esac
                ;;
        esac
    done
    [ -z "$step" ] || end_step "failed"
}

# Builds cli/target/NAME/chaski.jar, where $1 is NAME; the rest is for Maven.
build() {
    local log=$home/target/build-$1.log started=$home/target/build-$1.started jar=$home/cli/target/$1/chaski.jar
    shift
    say "Building Chaski. Maven's own words are in ${log#"$home/"}."
    touch "$started"
    if ! (cd "$home" && ./mvnw -B -Pquick -Dmaven.test.skip=true "$@" -pl cli -am package </dev/null 2>&1) |
        tee "$log" | report_modules; then
        say "The build failed:"
        { sed -n '/ -> \[Help 1\]/q; s/^\[ERROR\]/ /p' "$log" | grep . || tail -n 30 "$log"; } | sed "s|$home/||" | uniq >&2
        exit 1
    fi
    # What was edited during the build is newer than the jar this way, and built at the next start.
    touch -r "$started" "$jar"
}

# Runs the rest of its arguments while it holds the lock of folder $1: one build at a time, however many start at once.
# A lock whose process is gone is taken over.
with_lock() {
    local folder=$1 lock=$1/chaski.lock
    shift
    [ -w "$folder" ] || { say "Nothing is built here yet, and $folder cannot be written to."; exit 1; }
    until mkdir "$lock" 2>/dev/null; do
        kill -0 "$(cat "$lock/pid" 2>/dev/null || echo $$)" 2>/dev/null || rm -rf "$lock"
        sleep 0.2
    done
    echo $$ >"$lock/pid"
    trap 'rm -rf "$lock"' EXIT
    "$@"
    rm -rf "$lock"
    trap - EXIT
}

build_if_still_needed() { [ -n "$(find_built)" ] || build quick; }

# A training run writes down which classes a start loads and links; the JVM ignores the cache when it does not fit.
make_cache() {
    local jar=$1 cache=$2
    [ ! -f "$cache" ] || [ "$jar" -nt "$cache" ] || return 0
    rm -f "${cache%-*}"-*
    begin_step "start-up cache"
    if "$JDK_HOME/bin/java" "${JVM_FLAGS[@]}" -XX:AOTCacheOutput="$cache.new" -jar "$jar" check >"$cache.log" 2>&1 \
        </dev/null && [ -s "$cache.new" ]; then
        mv "$cache.new" "$cache"
        end_step
    else
        # Without it the start takes a little longer. An empty cache is not tried again.
        end_step "none, each start takes a little longer"
        : >"$cache"
    fi
}

# Sets $built to the folder of an up-to-date chaski.jar, and $cache to its start-up cache; makes what is missing.
make_ready() {
    local version
    built=$(find_built)
    if [ -z "$built" ]; then
        mkdir -p "$home/target"
        with_lock "$home/target" build_if_still_needed
        built=$(find_built)
        # Sources that changed during the build are no reason not to start what was built.
        built=${built:-$home/cli/target/quick}
    fi
    [ "${CHASKI_AOT:-on}" != off ] || return 0
    version=$(sed -n 's/^JAVA_RUNTIME_VERSION="\([^"]*\)".*/\1/p' "$JDK_HOME/release" 2>/dev/null || true)
    cache=$built/start-${version:-unknown}.aot
    if [ ! -f "$cache" ] || [ "$built/chaski.jar" -nt "$cache" ]; then
        [ ! -w "$built" ] || with_lock "$built" make_cache "$built/chaski.jar" "$cache"
    fi
}
