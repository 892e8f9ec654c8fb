# Builds C and C++ of the flock with its own Makefiles. They take flags from variables of many names, and overrule what they are
# given; so the name of the compiler carries the flags of the configuration, and headers in folders of their own are found
# as the system's own, behind those that the Makefile names.

inherit makefile pkgconfig

# Folders below the sysroot's include, and pkg-config names of the vendor whose headers lie in folders of their own.
FLOCK_HEADER_FOLDERS ?= ""
FLOCK_HEADER_PACKAGES ?= ""
# Warnings that the flags of the configuration bring about, and that the flock's -Werror would stop at. What libraries of ours
# need is not in the root of who links them.
FLOCK_CFLAGS ?= "-Wno-unused-result -Wl,--allow-shlib-undefined"

# Lets compilers find headers in the sysroot and in the vendor's own folders. Of the system's headers macros are not warned of,
# which -Werror counts on.
flock_headers() {
    CPLUS_INCLUDE_PATH="${RECIPE_SYSROOT}${includedir}"
    for folder in ${FLOCK_HEADER_FOLDERS}; do
        CPLUS_INCLUDE_PATH="$CPLUS_INCLUDE_PATH:${RECIPE_SYSROOT}${includedir}/$folder"
    done
    for name in ${FLOCK_HEADER_PACKAGES}; do
        for word in $(env -u PKG_CONFIG_SYSROOT_DIR pkg-config --cflags-only-I "$name"); do
            CPLUS_INCLUDE_PATH="$CPLUS_INCLUDE_PATH:${word#-I}"
        done
    done
    C_INCLUDE_PATH="$CPLUS_INCLUDE_PATH"
    export C_INCLUDE_PATH CPLUS_INCLUDE_PATH
}

flock_make() {
    flock_headers
    flags="${CFLAGS} ${FLOCK_CFLAGS} ${LDFLAGS}"
    env -u CFLAGS -u CXXFLAGS -u CPPFLAGS -u LDFLAGS make ${PARALLEL_MAKE} ${EXTRA_OEMAKE} -C "${MAKE_DIRECTORY}" \
        CC="${CC:-gcc} $flags" CXX="${CXX:-g++} $flags" ${MAKE_VARS} "$@"
}

flock_makefile_do_compile() {
    makefile_sources
    flock_make ${MAKE_TARGET}
}

do_compile() {
    flock_makefile_do_compile
}

flock_makefile_do_install() {
    flock_make DESTDIR="${D}" DEST_DIR="${D}" ${MAKE_INSTALL_VARS} ${MAKE_INSTALL_TARGET}
}

do_install() {
    flock_makefile_do_install
}
