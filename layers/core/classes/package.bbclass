# Splits what do_install left in ${D} into packages, one per word of PACKAGES that gets files, works out what they hold,
# need and offer, checks them, and gives them the number of their content. Inherit it in a recipe that ships packages;
# PACKAGE_CLASSES says in which formats they are written. docs/packages.md.

PACKAGE_VERSION ?= "${PV}-${PR}"
MAINTAINER ??= "Unknown maintainer <unknown@localhost>"
SECTION ??= "misc"

# "all" for a package that runs on every architecture, MACHINE_ARCH for one that differs from machine to machine.
PACKAGE_ARCH ??= "${TUNE_PKGARCH}"

# First match wins, so the special packages stand before the one that takes the rest. Packages are called by the words
# here or by PKG; the system's patterns rename -dev, -doc and -dbg by its custom.
PACKAGES ?= "${PN}-dbg ${PN}-dev ${PN}-doc ${PN}"
FILES:${PN}-dbg ?= "${exec_prefix}/lib/debug ${exec_prefix}/src/debug"
FILES:${PN}-dev ?= " \
    ${includedir} ${libdir}/lib*.so ${libdir}/*.a ${libdir}/*.la ${libdir}/pkgconfig ${libdir}/cmake \
    ${datadir}/pkgconfig ${datadir}/aclocal ${datadir}/cmake ${mandir}/man3 \
"
FILES:${PN}-doc ?= "${docdir} ${mandir} ${infodir}"
FILES:${PN} ?= " \
    ${bindir} ${sbindir} ${libexecdir} ${libdir} ${nonarch_libdir} ${datadir} ${sysconfdir} \
    ${localstatedir} /bin /sbin /lib /lib64 /opt /srv \
"
RDEPENDS:${PN}-dev ?= "${PN} (= ${PACKAGE_VERSION})"
SUMMARY:${PN}-dbg ?= "${SUMMARY} (debugging symbols)"
SUMMARY:${PN}-dev ?= "${SUMMARY} (files to build with)"
SUMMARY:${PN}-doc ?= "${SUMMARY} (documentation)"
SECTION:${PN}-doc ?= "doc"
SECTION:${PN}-dev ?= "devel"
SECTION:${PN}-dbg ?= "debug"
PACKAGE_ARCH:${PN}-doc ?= "all"

# Files whose changes by administrators stay at an upgrade, by patterns as in FILES.
CONFFILES ??= "${sysconfdir}"

PKGDATA ?= "${TMPDIR}/pkgdata/${PN}"
PKGDEST ?= "${PKGDATA}/packages-split"
PKGCONTROL ?= "${PKGDATA}/control"

# The root whose packages offer the vendor's shared libraries, and the task that makes it.
SHLIBS_ROOT ?= "${SANDBOX_ROOT}"
SHLIBS_ROOT_TASK ?= "${BUILD_ROOT_TASK}"

# Programs and libraries lose their debugging symbols, which go into ${PN}-dbg under the file's build id.
# INHIBIT_PACKAGE_STRIP = "1" leaves files as they are, INHIBIT_PACKAGE_DEBUG_SPLIT = "1" drops the symbols.
INHIBIT_PACKAGE_STRIP ??= "0"
INHIBIT_PACKAGE_DEBUG_SPLIT ??= "0"
STRIP ?= "strip"
OBJCOPY ?= "objcopy"
READELF ?= "readelf"

package_strip() {
    if [ "${INHIBIT_PACKAGE_STRIP}" = "1" ] || [ ! -d "${D}" ]; then
        return 0
    fi
    find "${D}" -path "${D}${exec_prefix}/lib/debug" -prune -o -type f -size +63c -print | sort | while IFS= read -r file; do
        if [ "$(head -c 4 "$file" | od -An -tx1 | tr -d ' ')" != 7f454c46 ]; then
            continue
        fi
        # Only executables (2) and shared objects (3): relocatable files, such as kernel modules, need their symbols.
        # The byte order of the two bytes does not matter for their sum.
        case "$(od -An -tu1 -j16 -N2 "$file" | tr -d ' ')" in
        20|02|30|03)
            mode=$(stat -c %a "$file")
            chmod u+w "$file"
            package_split_debug "$file"
            ${STRIP} --strip-unneeded --remove-section=.comment --remove-section=.note "$file"
            chmod "$mode" "$file"
            ;;
        esac
    done
}

# What debuggers look for by build id; a file without one has no debug file, a recipe without a package for them none at all.
package_split_debug() {
    if [ "${INHIBIT_PACKAGE_DEBUG_SPLIT}" = "1" ]; then
        return 0
    fi
    case " ${PACKAGES} " in
    *-dbg[[:space:]]*) ;;
    *) return 0 ;;
    esac
    id=$(${READELF} --notes "$1" 2> /dev/null | sed -n 's/^ *Build ID: *//p' | head -n 1)
    if [ -z "$id" ] || ! ${READELF} --section-headers --wide "$1" | grep -q '[.]debug_info'; then
        return 0
    fi
    folder="${D}${exec_prefix}/lib/debug/.build-id/$(echo "$id" | cut -c1-2)"
    mkdir -p "$folder"
    target="$folder/$(echo "$id" | cut -c3-).debug"
    if [ ! -e "$target" ]; then
        ${OBJCOPY} --only-keep-debug --compress-debug-sections "$1" "$target"
        chmod 0644 "$target"
    fi
}
# Manual pages are shipped compressed, without time and name in them.
package_compress_manuals() {
    if [ ! -d "${D}${mandir}" ]; then
        return 0
    fi
    find "${D}${mandir}" -type f ! -name '*.gz' ! -name '*.bz2' ! -name '*.xz' ! -name '*.zst' -exec gzip -9 -n -f {} +
    # Links to pages follow them; what leads to folders, or to pages that were compressed already, stays.
    find "${D}${mandir}" -type l ! -name '*.gz' | while IFS= read -r link; do
        target=$(readlink "$link")
        case "$target" in
        /*) page="${D}$target" ;;
        *) page="$(dirname "$link")/$target" ;;
        esac
        case "$target" in
        *.gz) mv "$link" "$link.gz" ;;
        *.bz2|*.xz|*.zst) ;;
        *)
            if [ ! -d "$page" ]; then
                rm "$link"
                ln -s "$target.gz" "$link.gz"
            fi
            ;;
        esac
    done
}
do_install[postfuncs] += "package_strip package_compress_manuals"

# Paths of the build do not appear in what is shipped.
DEBUG_PREFIX_MAP ?= "-ffile-prefix-map=${WORKDIR}=${exec_prefix}/src/debug/${PN}"
TARGET_CFLAGS:append = " ${DEBUG_PREFIX_MAP}"

do_package[builtin] = "package"
do_package[sstate-outputdirs] = "${PKGDEST}"
addtask package after do_install before do_build

# Findings of the checks are errors, warnings, or forgiven for a package: INSANE_SKIP:${PN} = "name ...".
ERROR_QA ??= " \
    alternatives arch buildpaths debug-files dev-deps dev-elf empty-dirs file-rdeps infodir installed-vs-shipped \
    license-checksum license-exists perms pkgname python-abi rpaths shebang-size staticdev symlink-to-sysroot textrel \
    unit-file unknown-owner unlisted-pkg-lics \
"
WARN_QA ??= "dev-so ldflags libdir useless-rpaths usrmerge"
do_package_qa[builtin] = "package-qa"
do_package_qa[deptask] = "do_package"
do_package_qa[depends] += "${SHLIBS_ROOT_TASK}"
addtask package_qa after do_package before do_build

# Contents of one version get numbers in the order in which they appear; REVISION_POLICY = "monotonic" gives a content that
# comes back a new one, too (class monotonic-revisions).
REVISION_DIR ?= "${SSTATE_DIR}/revisions"
REVISION_POLICY ??= "content"
# A word that marks packages of an unfinished source: the version then ends in `+WORDdigest`.
PACKAGE_VERSION_MARK ??= "${@'d' if d.getVar('EXTERNALSRC') else ''}"
PACKAGE_VERSION_MARK[vardepvalue] = "${PACKAGE_VERSION_MARK}"
# Licence and changelog where the package format's policy wants them.
PACKAGE_DOCUMENTS ?= "1"
do_package_revision[builtin] = "package-revision"
do_package_revision[deptask] = "do_package"
do_package_revision[depends] += "${SHLIBS_ROOT_TASK}"
do_package_revision[sstate-outputdirs] = "${PKGCONTROL}"
addtask package_revision after do_package do_package_qa before do_build

PACKAGE_CLASSES ?= "package_deb"
inherit ${PACKAGE_CLASSES}
