# For class initramfs-tools, where the programs of the root are emulated. A RAM disk takes its scripts ten thousand and more of them,
# and to start one costs ten times as much as what it does: meanwhile the few that they start again and again are those of
# INITRAMFS_LENT_ROOT, for the machine that builds. They lie over the root's own in a mount namespace of bootstrap_finish alone.

INITRAMFS_LENT_ROOT ?= "image-tools"
# None of them goes into a RAM disk.
INITRAMFS_LENT_PROGRAMS ?= " \
    dash bash basename cat chmod cp cut dirname env find getopt grep id ln ls mkdir mktemp mv readlink realpath rm rmdir sed sort \
    touch tr tsort uname xargs zstd \
"
INITRAMFS_LENT_LIBRARIES = "/usr/lib/${@(d.getVar('BUILD_ARCH') or '').replace('ppc64le', 'powerpc64le')}-linux-gnu"
do_bootstrap[depends] += "${INITRAMFS_LENT_ROOT}:do_unpack_root"

bootstrap_finish:prepend() {
    libraries="${INITRAMFS_LENT_LIBRARIES}"
    if [ -n "$lent" ]; then
        # In the namespace.
        mount --bind "$lent/run" "$root/run"
        mount --bind "$lent/libraries" "$root$libraries"
        while read -r program; do
            mount --bind "$lent/programs/$(basename "$program")" "$root$program"
        done < "$lent/list"
    elif [ ! -e "$root$libraries" ]; then
        lent=$(mktemp -d)
        chmod 0755 "$lent"
        mkdir "$lent/run" "$lent/libraries" "$lent/programs"
        tools="${ROOTS_DIR}/${INITRAMFS_LENT_ROOT}"
        # The loader lies in /run for them, since they would look for it where RAM disks have libraries; its name is as long as before.
        loader=$(tr '\0' '\n' < "$tools/usr/bin/dash" | grep -a '^/lib[^/]*/ld[^/]*$' | head -n 1)
        own=/run/$(printf '%s' "${loader#?????}" | tr / _)
        cp "$tools$libraries/${loader##*/}" "$lent$own"
        for program in ${INITRAMFS_LENT_PROGRAMS}; do
            for folder in /usr/bin /bin; do
                if [ -f "$root$folder/$program" ] && [ -f "$tools/usr/bin/$program" ]; then
                    LC_ALL=C sed "s#$loader#$own#g" "$tools/usr/bin/$program" > "$lent/programs/$program"
                    chmod 0755 "$lent/programs/$program"
                    "$lent$own" --library-path "$tools$libraries" --list "$tools/usr/bin/$program" >> "$lent/needs"
                    printf '%s\n' "$folder/$program"
                    break
                fi
            done
        done > "$lent/list"
        for library in $(sed -n 's/^[[:space:]]*\([^ /]*\) => .*/\1/p' "$lent/needs" | sort -u); do
            cp "$tools$libraries/$library" "$lent/libraries/"
        done
        hook="$root/etc/initramfs-tools/hooks/zz-lent"
        printf '#!/bin/sh\nif [ "$1" != prereqs ] && grep -rlF %s "$DESTDIR"; then exit 1; fi\n' "$own" > "$hook"
        chmod 0755 "$hook"
        mkdir "$root$libraries"
        lent="$lent" unshare --mount "$0" "$root"
        rmdir "$root$libraries"
        rm -r "$hook" "$lent"
        exit
    fi
}
