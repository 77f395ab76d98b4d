# Sourced by ./mvnw and ./chaski: finds a JDK new enough for Chaski. Works in bash 3.2 and up; downloads nothing.

CHASKI_JDK_MAJOR_MIN=25

# Prints the major version of the JDK in folder $1, or 0 if there is none. Reads the folder's `release` file,
# since that is a hundred times faster than starting the JDK to ask it.
jdk_major() {
    local version=""
    [ -x "$1/bin/java" ] || { echo 0; return; }
    [ -r "$1/release" ] && version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release")
    [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
    version=${version%%[!0-9]*}
    echo "${version:-0}"
}

# Prints the folder that the `java` on the PATH belongs to, if there is one.
jdk_on_path() {
    local java
    java=$(command -v java 2>/dev/null) || return 0
    java=$(readlink -f "$java" 2>/dev/null || echo "$java")
    dirname "$(dirname "$java")"
}

# Sets JDK_HOME to the first JDK that is new enough and has the program $1 (java, javac to build, jlink to package).
# Fails with a message that says what to install.
find_jdk() {
    local need=${1:-java} home
    if [ -n "${CHASKI_JAVA_HOME:-}" ] && [ "$(jdk_major "$CHASKI_JAVA_HOME")" -lt "$CHASKI_JDK_MAJOR_MIN" ]; then
        echo "CHASKI_JAVA_HOME is $CHASKI_JAVA_HOME, which holds no JDK $CHASKI_JDK_MAJOR_MIN or newer." >&2
        return 1
    fi
    for home in "${CHASKI_JAVA_HOME:-}" "${JAVA_HOME:-}" "$(jdk_on_path)" \
        /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-}"/.jdks/* "${HOME:-}"/.sdkman/candidates/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -n "$home" ] && [ -x "$home/bin/$need" ] || continue
        if [ "$(jdk_major "$home")" -ge "$CHASKI_JDK_MAJOR_MIN" ]; then
            JDK_HOME=$home
            return 0
        fi
    done
    cat >&2 <<EOF
Chaski needs a JDK $CHASKI_JDK_MAJOR_MIN or newer with bin/$need, and none was found in CHASKI_JAVA_HOME, JAVA_HOME, on
the PATH, or in the usual folders (/usr/lib/jvm, /opt/java, ~/.jdks, ~/.sdkman, /Library/Java).
Install one (for example Eclipse Temurin $CHASKI_JDK_MAJOR_MIN), or point CHASKI_JAVA_HOME at the one you have.
EOF
    return 1
}
