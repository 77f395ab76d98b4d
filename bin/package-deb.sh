#!/usr/bin/env bash
# Makes a package for Debian and Ubuntu of a tree that bin/package.sh made, and prints its name. Needs no root.
#
#   package-deb.sh TREE OUTPUT_FOLDER
#
#   SOURCE_DATE_EPOCH       seconds; the same tree and the same time give the same bytes
#   CHASKI_DEB_MAINTAINER   who answers for the package: Name <address>
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
debian=$home/deploy/debian
fail() { echo "package-deb: $*" >&2; exit 1; }

[ $# -eq 2 ] || { echo "Usage: package-deb.sh TREE OUTPUT_FOLDER" >&2; exit 2; }
tree=$1 output=$2
for need in chaski release lib/chaski.jar runtime/bin/java config/chaski.toml CHANGELOG.md licenses share/man/man1; do
    [ -e "$tree/$need" ] || fail "$tree has no $need: is it a folder that ./chaski package made?"
done
[ -d "$output" ] || fail "there is no folder $output."
for need in dpkg-deb gzip md5sum; do command -v "$need" >/dev/null || fail "there is no $need on the PATH."; done

# Prints what the release file says of $1.
released() { sed -n "s/^$1=\"\([^\"]*\)\".*/\1/p" "$tree/release"; }

# 1.2.0-rc.1 comes before 1.2.0, as Debian sorts only what stands after a tilde. The number after the last dash is that of
# the packaging.
version=$(released VERSION)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "$tree/release: VERSION is \"$version\", not like 1.2.3 or 1.2.3-rc.1."
version=${version/-/\~}-1
case $(released OS_ARCH) in
    x64 | x86_64 | amd64) architecture=amd64 ;;
    aarch64 | arm64) architecture=arm64 ;;
    *) fail "$tree/release: OS_ARCH is \"$(released OS_ARCH)\", which is no architecture this knows in Debian." ;;
esac
epoch=${SOURCE_DATE_EPOCH:-$(stat -c %Y "$tree/release")}
[[ $epoch =~ ^[0-9]+$ ]] || fail "SOURCE_DATE_EPOCH is \"$epoch\", not a number of seconds."
export SOURCE_DATE_EPOCH=$epoch
maintainer=${CHASKI_DEB_MAINTAINER:-Chaski maintainers <maintainers@chaski.example>}
[[ $maintainer =~ ^[^\<\>]+\ \<[^\<\>@\ ]+@[^\<\>@\ ]+\>$ ]] || fail "CHASKI_DEB_MAINTAINER is \"$maintainer\", not Name <address>."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
package=$root/package doc=$root/package/usr/share/doc/chaski
umask 022

# install(1) with folders; the last argument is the path in the package, without the slash before it.
put() { install -D -m "$1" "$2" "$package/$3"; }
squeeze() { gzip -9n >"$1"; chmod 644 "$1"; }

# The program keeps its times: the start-up cache fits only jars of the times that it was made with.
copy_program() {
    mkdir -p "$package/usr/lib/chaski" "$package/usr/bin"
    cp -a "$tree/chaski" "$tree/release" "$tree/lib" "$tree/runtime" "$package/usr/lib/chaski/"
    ln -s ../lib/chaski/chaski "$package/usr/bin/chaski"
}

# Every setting is there as a comment; the one that a package must set is set.
copy_settings() {
    local settings=$package/etc/chaski/chaski.toml
    put 644 "$tree/config/chaski.toml" etc/chaski/chaski.toml
    sed -i 's|^#* *data_path *=.*|data_path = "/var/lib/chaski"|' "$settings"
    [ "$(grep -c '^data_path = ' "$settings")" = 1 ] || fail "config/chaski.toml has not one line with data_path."
    put 644 "$debian/chaski.default" etc/default/chaski
    put 644 "$debian/chaski.logrotate" etc/logrotate.d/chaski
    put 644 "$debian/chaski.service" lib/systemd/system/chaski.service
}

copy_documents() {
    local file
    for file in "$tree"/share/man/man1/*.1; do
        mkdir -p "$package/usr/share/man/man1"
        squeeze "$package/usr/share/man/man1/${file##*/}.gz" <"$file"
    done
    put 644 "$tree/share/bash-completion/completions/chaski" usr/share/bash-completion/completions/chaski
    # It is read by a shell, not run.
    sed -i '1{/^#!/d}' "$package/usr/share/bash-completion/completions/chaski"
    put 644 "$tree/share/fish/vendor_completions.d/chaski.fish" usr/share/fish/vendor_completions.d/chaski.fish
    put 644 "$debian/copyright" usr/share/doc/chaski/copyright
    put 644 "$debian/lintian-overrides" usr/share/lintian/overrides/chaski
    cp -r "$tree/licenses" "$doc/licenses"
    squeeze "$doc/changelog.gz" <"$tree/CHANGELOG.md"
    squeeze "$doc/changelog.Debian.gz" <<END
chaski ($version) unstable; urgency=medium

  * Built from the sources of Chaski; changelog.gz says what changed.

 -- $maintainer  $(LC_ALL=C date -u -d "@$epoch" '+%a, %d %b %Y %H:%M:%S +0000')
END
}

# The C library that the runtime was linked with, and zlib where it is not part of the runtime, as in Debian's own JDK.
libraries() {
    local glibc
    glibc=$({ find "$tree/runtime" -name '*.so' -exec grep -aohE 'GLIBC_2\.[0-9]+' {} + || true; } | sort -uV | tail -n 1)
    printf 'libc6%s' "${glibc:+ (>= ${glibc#GLIBC_})}"
    if grep -qasF libz.so.1 "$tree/runtime/lib/libzip.so"; then printf ', zlib1g'; fi
}

write_control() {
    local size
    mkdir "$package/DEBIAN"
    size=$(du -k --apparent-size -s --exclude=DEBIAN "$package" | cut -f 1)
    sed "s|@VERSION@|$version|; s|@ARCHITECTURE@|$architecture|; s|@MAINTAINER@|$maintainer|
        s|@INSTALLED_SIZE@|$size|; s|@LIBRARIES@|$(libraries)|" "$debian/control" >"$package/DEBIAN/control"
    (cd "$package" && find etc -type f | sort | sed 's|^|/|') >"$package/DEBIAN/conffiles"
    (cd "$package" && find . -path ./etc -prune -o -path ./DEBIAN -prune -o -type f -print0 | sort -z |
        xargs -0 md5sum | sed 's|  \./|  |') >"$package/DEBIAN/md5sums"
    cp "$debian/chaski.templates" "$package/DEBIAN/templates"
    for script in postinst prerm postrm; do install -m 755 "$debian/$script" "$package/DEBIAN/$script"; done
    chmod 644 "$package"/DEBIAN/{control,conffiles,md5sums,templates}
}

copy_program
copy_settings
copy_documents
write_control
chmod -R u=rwX,go=rX "$package"
# What was written just now has the time of the tree; what is older keeps its own.
find "$package" -newermt "@$epoch" -exec touch -h -d "@$epoch" {} +

name=chaski_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$package" "$output/$name.new" >&2
mv "$output/$name.new" "$output/$name"
echo "$name"
