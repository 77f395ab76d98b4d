# Sourced by bin/package.sh: makes the folder that packages hold. Each function is a step; what it prints is kept in the log.
# Expects $home, the checkout; $tree, the folder to make; $JDK_HOME, a JDK that can link; $SOURCE_DATE_EPOCH, in seconds.

# What the broker and its commands use: java.base, which has TLS with its elliptic curves, too; java.net.http, by which they
# ask other nodes; java.naming, which reads the names in certificates; jdk.unsupported with Unsafe and signals;
# java.management and jdk.management with the figures of the JVM. Netty, Agrona and Logback name java.logging and java.xml,
# and Netty looks for jdk.net. The last two are for the night: jcmd, jstack and jmap look into a broker that hangs, and jfr
# records what it does.
RUNTIME_MODULES=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.management,jdk.net
RUNTIME_MODULES+=,jdk.unsupported,jdk.jcmd,jdk.jfr

make_runtime() {
    "$JDK_HOME/bin/jlink" --add-modules "$RUNTIME_MODULES" --output "$tree/runtime" \
        --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-0
}

copy_jars() {
    mkdir "$tree/lib"
    cp "$home/cli/target/release/chaski.jar" "$home"/cli/target/release/lib/*.jar "$tree/lib/"
}

# The launcher is the checkout's: it sees runtime/ beside it.
copy_files() {
    cp "$home/chaski" "$home/LICENSE" "$home/CHANGELOG.md" "$tree/"
    mkdir "$tree/config"
    cp "$home/config/chaski.toml" "$tree/config/"
    cat >"$tree/release" <<END
VERSION="$version"
COMMIT="$commit"
OS_ARCH="$arch"
JAVA_RUNTIME_VERSION="$(release_value "$JDK_HOME" JAVA_RUNTIME_VERSION)"
JAVA_IMPLEMENTOR="$(release_value "$JDK_HOME" IMPLEMENTOR)"
END
}

# Manual pages and completion come from the program itself.
write_manual() {
    local share=$tree/share
    mkdir -p "$share/man/man1" "$share/bash-completion/completions" "$share/fish/vendor_completions.d"
    CHASKI_AOT=off "$tree/chaski" man --dir="$share/man/man1"
    CHASKI_AOT=off "$tree/chaski" completion bash >"$share/bash-completion/completions/chaski"
    CHASKI_AOT=off "$tree/chaski" completion fish >"$share/fish/vendor_completions.d/chaski.fish"
}

# licenses/: a list, the texts that jars bring, and the texts of those that bring none. The JDK's own are in runtime/legal.
copy_licenses() {
    local folder=$tree/licenses jar name line
    mkdir "$folder"
    cp "$home/LICENSE" "$folder/Apache-2.0.txt"
    cp "$home/config/licenses/LGPL-2.1.txt" "$home/config/licenses/zstd.txt" "$folder/"
    {
        echo "Chaski is under the licence in LICENSE. It ships these libraries, and a Java runtime whose licences are in"
        echo "runtime/legal."
    } >"$folder/THIRD-PARTY.txt"
    for jar in "$tree"/lib/*.jar; do
        name=${jar##*/}
        case $name in
            chaski.jar) continue ;;
            chaski-console-*) extract "$jar" dev/chaski/console/lib/lit-html/LICENSE.txt "$folder/lit-html" ;;
            chaski-*) continue ;;
        esac
        line=$(license_line "$name" <"$home/config/licenses/third-party.txt")
        [ -n "$line" ] || { echo "$name has no line in config/licenses/third-party.txt"; return 1; }
        printf '%s\n' "$line" >>"$folder/THIRD-PARTY.txt"
        case $line in
            *" ${name%.jar}/") extract "$jar" 'META-INF/[^/]*(LICENSE|NOTICE)[^/]*' "$folder/${name%.jar}" ;;
        esac
    done
}

# Extracts what matches $2 from jar $1 to the new folder $3, which then holds it without folders.
extract() {
    local names
    mkdir "$3"
    names=$("$JDK_HOME/bin/jar" tf "$1" | grep -xE "$2")
    # Word splitting is wanted: these are several.
    # shellcheck disable=SC2086
    (cd "$3" && "$JDK_HOME/bin/jar" xf "$1" $names && mv $names . && rm -r "${names%%/*}")
}

# Reads the list, and prints what it says of jar $1.
license_line() {
    local pattern license owner source text
    while IFS='|' read -r pattern license owner source text; do
        pattern=${pattern%% *} text=${text// /}
        case $pattern in "" | "#"*) continue ;; esac
        # shellcheck disable=SC2254
        case $1 in
            $pattern)
                case $text in -) text=${1%.jar}/ ;; *) text=$text.txt ;; esac
                printf '\n%s\n  licence: %s\n  of:      %s\n  source:  %s\n  text:    %s\n' "$1" \
                    "$(trimmed "$license")" "$(trimmed "$owner")" "$(trimmed "$source")" "$text"
                return
                ;;
        esac
    done
}
trimmed() { sed 's/^ *//; s/ *$//' <<<"$1"; }

# A training run of the launcher itself, so that the flags are its flags. Times are set before it, since the cache names
# those of the jars, and after it for what it made.
train() {
    set_times
    # From its folder: a path with a space in it would be two options.
    (cd "$tree/lib" && CHASKI_AOT=off CHASKI_JAVA_OPTS=-XX:AOTCacheOutput=start.aot "$tree/chaski" check)
    [ -s "$tree/lib/start.aot" ]
    rm -f "$tree/lib/start.aot.config"
    set_times
}

# The same rights, whatever the umask, and the commit's time.
set_times() {
    chmod -R u=rwX,go=rX "$tree"
    find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# Prints what the release file of JDK $1 says of $2.
release_value() { sed -n "s/^$2=\"\([^\"]*\)\".*/\1/p" "$1/release"; }
