# Sourced by bin/package.sh: makes the folder that packages hold. Each function is a step; what it prints is kept in the log.
# Expects $home, the checkout; $tree, the folder to make; $JDK_HOME, a JDK that can link; $SOURCE_DATE_EPOCH, in seconds.

# What the broker and its commands use: java.base holds TLS with its elliptic curves too. java.naming reads the names in
# certificates, jdk.unsupported gives Unsafe and signals, java.management and jdk.management the figures of the JVM.
# java.logging and java.xml are named by classes of Netty, Agrona and Logback. The last two are for the night: jcmd,
# jstack and jmap look into a broker that hangs, and jfr records what it does.
RUNTIME_MODULES=java.base,java.logging,java.management,java.naming,java.xml,jdk.management,jdk.net,jdk.unsupported
RUNTIME_MODULES+=,jdk.jcmd,jdk.jfr

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
    local folder=$tree/licenses jar name line texts list=$home/config/licenses/third-party.txt
    mkdir "$folder"
    {
        echo "Chaski is under the licence in LICENSE. It ships these libraries, and a Java runtime whose licences are in"
        echo "runtime/legal."
    } >"$folder/THIRD-PARTY.txt"
    for jar in "$tree"/lib/*.jar; do
        name=${jar##*/}
        case $name in chaski.jar | chaski-*.jar) continue ;; esac
        line=$(license_line "$name" <"$list")
        [ -n "$line" ] || { echo "$name has no line in config/licenses/third-party.txt"; return 1; }
        printf '%s\n' "$line" >>"$folder/THIRD-PARTY.txt"
        texts=$(cd "$folder" && "$JDK_HOME/bin/jar" tf "$jar" | grep -E '^META-INF/[^/]*(LICENSE|NOTICE)[^/]*$' || true)
        [ -z "$texts" ] || (
            mkdir "$folder/${name%.jar}"
            cd "$folder/${name%.jar}"
            # shellcheck disable=SC2086
            "$JDK_HOME/bin/jar" xf "$jar" $texts
            mv META-INF/* .
            rmdir META-INF
        )
    done
    cp "$home/LICENSE" "$folder/Apache-2.0.txt"
    cp "$home"/config/licenses/*[0-9a-z].txt "$folder/"
    rm "$folder/third-party.txt"
    {
        printf '\nlit-html\n  licence: BSD-3-Clause\n  of:      Google LLC\n  source:  https://github.com/lit/lit\n'
        printf '  text:    lit-html.txt\n'
    } >>"$folder/THIRD-PARTY.txt"
    (cd "$folder" && "$JDK_HOME/bin/jar" xf "$tree"/lib/chaski-console-*.jar dev/chaski/console/lib/lit-html/LICENSE.txt)
    mv "$folder/dev/chaski/console/lib/lit-html/LICENSE.txt" "$folder/lit-html.txt"
    rm -r "$folder/dev"
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
                [ "$text" != - ] || text=${1%.jar}/
                case $text in */) ;; *) text=$text.txt ;; esac
                printf '\n%s\n  licence: %s\n  of:      %s\n  source:  %s\n  text:    %s\n' "$1" \
                    "$(trimmed "$license")" "$(trimmed "$owner")" "$(trimmed "$source")" "$text"
                return
                ;;
        esac
    done
}
trimmed() { sed 's/^ *//; s/ *$//' <<<"$1"; }

# A training run of the launcher itself, so that the flags are its flags. The JVM compares the jars' sizes and times with
# those of the run: so the times are set before it, and packages keep them.
train() {
    set_times
    CHASKI_AOT=off CHASKI_JAVA_OPTS=-XX:AOTCacheOutput=$tree/lib/start.aot "$tree/chaski" check
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
