# Inherited by every recipe that is built for another architecture than that of the machine, with BUILD_MODE = "cross": programs
# of the build root run natively, compilers and libraries are those of the target. The build root holds CROSS_BUILD_PACKAGES
# besides, and VENDOR_DEPENDS brings libraries of the target. BUILD_MODE = "emulated" takes a root of the target instead.

HOST_SYS ?= "${@(d.getVar('TARGET_ARCH') or '').replace('ppc64le', 'powerpc64le') + '-linux-gnu'}"
BUILD_SYS ?= "${@(d.getVar('BUILD_ARCH') or '').replace('ppc64le', 'powerpc64le') + '-linux-gnu'}"
CROSS_PREFIX ?= "${HOST_SYS}-"

export CC = "${CROSS_PREFIX}gcc"
export CXX = "${CROSS_PREFIX}g++"
export CPP = "${CROSS_PREFIX}cpp"
export AR = "${CROSS_PREFIX}ar"
export AS = "${CROSS_PREFIX}as"
export LD = "${CROSS_PREFIX}ld"
export NM = "${CROSS_PREFIX}nm"
export RANLIB = "${CROSS_PREFIX}ranlib"
export STRIP = "${CROSS_PREFIX}strip"
export OBJCOPY = "${CROSS_PREFIX}objcopy"
export OBJDUMP = "${CROSS_PREFIX}objdump"
export READELF = "${CROSS_PREFIX}readelf"
# The words by which the kernel's own build knows all this.
export CROSS_COMPILE = "${CROSS_PREFIX}"
export ARCH = "${@{'aarch64': 'arm64', 'ppc64le': 'powerpc'}.get(d.getVar('TARGET_ARCH'), d.getVar('TARGET_ARCH'))}"
# The target's libraries of the vendor; those of the machine that builds are not seen.
export PKG_CONFIG_LIBDIR = "${libdir}/pkgconfig:${datadir}/pkgconfig"

# For scripts of Autoconf.
CONFIGURE_SYSTEMS = "--build=${BUILD_SYS} --host=${HOST_SYS}"
