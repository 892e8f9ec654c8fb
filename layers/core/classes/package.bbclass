# Splits what do_install left in ${D} into packages, one per word of PACKAGES that gets files, and works out what they
# need. Inherit it in a recipe that ships packages; PACKAGE_CLASSES says in which formats they are written.

PACKAGE_VERSION ?= "${PV}-${PR}"
MAINTAINER ??= "Unknown maintainer <unknown@localhost>"
SECTION ??= "misc"

# "all" for a package that runs on every architecture.
PACKAGE_ARCH ??= "${TARGET_ARCH}"

# First match wins, so the special packages stand before the one that takes the rest.
nonarch_libdir ?= "${exec_prefix}/lib"
PACKAGES ?= "${PN}-dev ${PN}-doc ${PN}"
FILES:${PN}-dev ?= " \
    ${includedir} ${libdir}/lib*.so ${libdir}/*.a ${libdir}/*.la ${libdir}/pkgconfig \
    ${datadir}/pkgconfig ${datadir}/aclocal ${mandir}/man3 \
"
FILES:${PN}-doc ?= "${docdir} ${mandir} ${infodir}"
FILES:${PN} ?= " \
    ${bindir} ${sbindir} ${libexecdir} ${libdir} ${nonarch_libdir} ${datadir} ${sysconfdir} \
    ${localstatedir} /bin /sbin /lib /lib64 /opt /srv \
"
RDEPENDS:${PN}-dev ?= "${PN} (= ${PACKAGE_VERSION})"
SUMMARY:${PN}-dev ?= "${SUMMARY} (files to build with)"
SUMMARY:${PN}-doc ?= "${SUMMARY} (documentation)"

PKGDATA ?= "${TMPDIR}/pkgdata/${PN}"
PKGDEST ?= "${PKGDATA}/packages-split"

# The root whose packages offer the vendor's shared libraries, and the task that makes it.
SHLIBS_ROOT ?= "${SANDBOX_ROOT}"
SHLIBS_ROOT_TASK ?= "${BUILD_ROOT}:do_unpack_root"

# Programs and libraries lose their debugging symbols; INHIBIT_PACKAGE_STRIP = "1" keeps them.
INHIBIT_PACKAGE_STRIP ??= "0"
STRIP ?= "strip"

package_strip() {
    if [ "${INHIBIT_PACKAGE_STRIP}" = "1" ] || [ ! -d "${D}" ]; then
        return 0
    fi
    find "${D}" -type f -size +63c | sort | while IFS= read -r file; do
        if [ "$(head -c 4 "$file" | od -An -tx1 | tr -d ' ')" != 7f454c46 ]; then
            continue
        fi
        # Only executables (2) and shared objects (3): relocatable files, such as kernel modules, need their symbols.
        # The byte order of the two bytes does not matter for their sum.
        case "$(od -An -tu1 -j16 -N2 "$file" | tr -d ' ')" in
        20|02|30|03)
            mode=$(stat -c %a "$file")
            chmod u+w "$file"
            ${STRIP} --strip-unneeded --remove-section=.comment --remove-section=.note "$file"
            chmod "$mode" "$file"
            ;;
        esac
    done
}
do_install[postfuncs] += "package_strip"

do_package[builtin] = "package"
do_package[sstate-outputdirs] = "${PKGDEST}"
do_package[deptask] = "do_package"
do_package[depends] += "${SHLIBS_ROOT_TASK}"
addtask package after do_install before do_build

PACKAGE_CLASSES ?= "package_deb"
inherit ${PACKAGE_CLASSES}
