# What an operating system's layer answers, in conf/distro/NAME.conf and what that includes. One row an answer:
#   OS_CONTRACT[VARIABLE] = "NEED KIND: meaning"
#     NEED   `required`: empty is an error, unless NO_ANSWER[VARIABLE] says why there is nothing; `optional`
#     KIND   `text`, `words`, `path`, `format` (holds %s), `choice of A B`, `table` (flags), or `table of LIST`: a flag for
#            every word of the variable LIST
#   OS_REASON[VARIABLE]       where a table's words without an answer have their reasons, when not in NO_ANSWER
#   OS_SELECTOR[SELECTOR]     the table, or the list, in which what a user selects must have an answer
# docs/reference/os-contract.md is made from these rows; docs/porting.md leads through them.

OS_CONTRACT[DISTRO_NAME] = "required text: full name of the system"
OS_CONTRACT[DISTRO_VERSION] = "required text: number of the release, as VERSION_ID of os-release has it"
OS_CONTRACT[DISTRO_CODENAME] = "required text: the release; conf/distro/NAME/CODENAME.conf holds its answers"
OS_CONTRACT[DISTRO_CODENAMES] = "required words: all releases that the layer knows"
OS_CONTRACT[DISTRO_FAMILY] = "optional words: systems that it is like (`debianlike`, `rhel`, `suse`), as override words, weakest first"
OS_CONTRACT[DISTRO_IMAGE_WORD] = "optional text: its word in names of images; DISTRO"
OS_CONTRACT[DISTRO_LAYER] = "required path: the folder of the layer, which holds locks/ and keys/"

OS_CONTRACT[PACKAGE_FAMILY] = "required choice of deb rpm: format of its packages: override word and suffix of classes"
OS_CONTRACT[PACKAGE_CLASSES] = "required words: classes that write packages: `package_deb` or `package_rpm`"
OS_CONTRACT[PACKAGE_MANAGER] = "required text: program that manages packages in an image: `apt`, `dnf`, `zypper`, `swupd`"

OS_CONTRACT[LOCK_RESOLVER] = "required choice of apt rpm-md: how `stx-bake lock` reads the repositories"
OS_CONTRACT[REPOSITORIES] = "required words: ids of the vendor's repositories"
OS_CONTRACT[REPOSITORY_URL] = "required table of REPOSITORIES: base address of each"
OS_CONTRACT[REPOSITORY_SUITE] = "optional table of REPOSITORIES: suite of each, where repositories have suites"
OS_CONTRACT[REPOSITORY_COMPONENTS] = "optional table of REPOSITORIES: components of each, where repositories have them"
OS_CONTRACT[REPOSITORY_SIGNATURE] = "required table of REPOSITORIES: what the vendor signs: `index` or `packages`"
OS_CONTRACT[REPOSITORY_KEYRING] = "optional table of REPOSITORIES: keyring files of the host or the layer, best first; the first that exists is taken"
OS_CONTRACT[REPOSITORY_KEY_URL] = "optional table of REPOSITORIES: where `lock update` takes the key once, when no keyring exists; it must have one of the fingerprints"
OS_CONTRACT[REPOSITORY_KEY_FINGERPRINTS] = "required table of REPOSITORIES: primary keys that are believed, 40 hexadecimal digits each"
OS_CONTRACT[REPOSITORY_SOURCES] = "optional table of REPOSITORIES: where source packages lie; the same address when empty and suites are used"
OS_CONTRACT[REPOSITORY_FALLBACKS] = "optional table of REPOSITORIES: further addresses of each, asked when its own cannot be read or has a file no more"
OS_CONTRACT[DISTRO_MIRROR] = "required text: address of the vendor's archive or of a mirror of it, which users set"
OS_CONTRACT[DISTRO_FALLBACKS] = "optional words: further mirrors"
OS_CONTRACT[DISTRO_KEYRING] = "optional words: keyring files, which users of a mirror of their own set; the tables above refer to it"
OS_CONTRACT[DISTRO_KEYS] = "optional words: fingerprints of keys that are believed, which they set as well"
OS_CONTRACT[DISTRO_KEY_URL] = "optional text: where the key can be fetched"
OS_CONTRACT[IMAGE_KEYRING] = "optional path: keyring in an image by which its package manager checks the vendor's repositories"

OS_CONTRACT[DISTRO_ARCH] = "required table of TARGET_ARCH: the vendor's word for each architecture it has"
OS_CONTRACT[PACKAGE_ARCH_ALL] = "required text: the vendor's word for packages of every architecture: `all`, `noarch`"
OS_CONTRACT[baselib] = "required text: folder of libraries below /usr: `lib64`, `lib/TRIPLET`"
OS_CONTRACT[nonarch_libdir] = "required path: folder of what is the same on every architecture"
OS_CONTRACT[libexecdir] = "required path: folder of programs that programs start"
OS_CONTRACT[systemd_system_unitdir] = "required path: folder of unit files of packages"
OS_CONTRACT[PYTHON_BASEVERSION] = "required text: the system's Python, as `3.11`"
OS_CONTRACT[PYTHON_SITEPACKAGES_DIR] = "required path: folder of Python modules of packages"
OS_CONTRACT[LICENSE_DIR] = "required format: folder or file of a package's licence; %s is the package"

OS_CONTRACT[PACKAGE_VERSION_FORMAT] = "required format: version of our packages, of %(pv)s, %(pr)s and %(rev)s (number of the content, with its separator)"
OS_CONTRACT[VERSION_SUFFIX] = "required text: what the version of a rebuilt vendor package gets"
OS_CONTRACT[VERSION_COMPARE] = "required choice of dpkg rpm: rule by which versions are compared"
OS_CONTRACT[PACKAGE_NAME_DEV] = "required format: name of packages to build with"
OS_CONTRACT[PACKAGE_NAME_DOC] = "required format: name of documentation packages"
OS_CONTRACT[PACKAGE_NAME_DBG] = "required format: name of packages with debugging symbols"
OS_CONTRACT[PACKAGE_NAME_PYTHON] = "required format: name of packages of Python modules"
OS_CONTRACT[PACKAGE_NAME_PC] = "optional table: pkg-config name -> package to build with"
OS_CONTRACT[PACKAGE_NAME_PY] = "optional table: name at the Python package index -> package"
OS_CONTRACT[PACKAGE_NAME_CMD] = "optional table: program -> package"
OS_CONTRACT[PACKAGE_NAME_PKG] = "optional table: our own word -> package"
OS_CONTRACT[PACKAGE_NAME_DEFAULT] = "optional table: `pc`, `py`, `cmd`, `pkg` -> pattern of names without a row; without it such a name is an error"

OS_CONTRACT[VENDOR_BASE_PACKAGES] = "required words: vendor packages of every image"
OS_CONTRACT[VENDOR_FEATURE_PACKAGES] = "required table: vendor packages per word of IMAGE_FEATURES"
OS_CONTRACT[CONTAINER_BASE_PACKAGES] = "required words: vendor packages of the container base image"
OS_CONTRACT[BUILD_ESSENTIAL_PACKAGES] = "required words: vendor packages of the build root: compiler, make and the usual tools"
OS_CONTRACT[CROSS_BUILD_PACKAGES] = "optional words: vendor packages that build for TARGET_ARCH on another architecture: its compiler and its C library"
OS_CONTRACT[VENDOR_PROGRAM_SUFFIX] = "optional text: what marks packages of programs in VENDOR_DEPENDS as those of the machine that builds, where that is not the target: `:native`"
OS_CONTRACT[BOOTSTRAP_ESSENTIAL] = "optional words: packages that come first into an empty root, where no field of the format says which"
OS_CONTRACT[BOOTSTRAP_MERGED_USR] = "optional choice of package links none: who makes /bin and so on links into /usr, where packages are deb: a package of the vendor (default), the bootstrap, nobody"
OS_CONTRACT[BUILD_ROOT_STANDIN] = "optional text: configuration and recipe (`mc:NAME:build-root`) of the build root that stands in where the system's own packages cannot be had; BUILD_ROOT_STANDIN[reason] says why"

OS_CONTRACT[KERNEL_PACKAGE] = "required table of KERNEL_VARIANTS: the vendor's kernel; or the reason in NO_KERNEL[variant]"
OS_CONTRACT[KERNEL_HEADERS_PACKAGE] = "optional table of KERNEL_VARIANTS: what kernel modules are built against"
OS_CONTRACT[KERNEL_IMAGE] = "required format: path of a kernel in a root; %s is its release"
OS_CONTRACT[KERNEL_INITRD] = "required format: path of its RAM disk"
OS_CONTRACT[INITRAMFS_GENERATOR] = "required choice of initramfs-tools dracut: program, and class, that makes RAM disks"
OS_CONTRACT[LIVE_BOOT_ARGS] = "required text: kernel arguments that start a live system"
OS_CONTRACT[LIVE_SQUASHFS] = "required text: place of the squashfs on the disc"
OS_CONTRACT[EFI_VENDOR_DIR] = "optional text: folder of the vendor's boot loader below EFI/, for installed systems"
OS_CONTRACT[RPM_DBPATH] = "optional path: folder of the rpm database"
OS_CONTRACT[RPM_DIST] = "optional text: `%dist` of the vendor, as `.el9`"
OS_CONTRACT[DNF_MODULE_PLATFORM] = "optional text: module platform of dnf, as `platform:el9`"

OS_REASON[KERNEL_PACKAGE] = "NO_KERNEL"
OS_REASON[DISTRO_ARCH] = "NO_ARCH"
OS_SELECTOR[KERNEL_VARIANT] = "KERNEL_PACKAGE"
OS_SELECTOR[TARGET_ARCH] = "DISTRO_ARCH"
OS_SELECTOR[DISTRO_CODENAME] = "DISTRO_CODENAMES"

# What not every configuration can have, says so by a regular expression; SKIP_REASON says why. Each flag: what is built for.
COMPATIBLE_WITH[COMPATIBLE_DISTRO] = "${DISTRO} ${DISTRO_FAMILY} ${DISTRO}-${DISTRO_CODENAME}"
COMPATIBLE_WITH[COMPATIBLE_FAMILY] = "${PACKAGE_FAMILY}"
COMPATIBLE_WITH[COMPATIBLE_MACHINE] = "${@(d.getVar('MACHINEOVERRIDES') or '').replace(':', ' ')} ${TARGET_ARCH}"
COMPATIBLE_WITH[COMPATIBLE_KERNEL] = "${KERNEL_VARIANT}"

# What follows from the answers.
DISTRO_IMAGE_WORD ?= "${DISTRO}"
# The vendor's word for the architecture that is built for.
DISTRO_TARGET_ARCH = "${@d.getVarFlag('DISTRO_ARCH', d.getVar('TARGET_ARCH')) or ''}"
# The kernels of this system, in the order of KERNEL_VARIANTS.
DISTRO_KERNELS = "${@' '.join([each for each in (d.getVar('KERNEL_VARIANTS') or '').split() if d.getVarFlag('KERNEL_PACKAGE', each)])}"
LOCK_FILE ?= "${DISTRO_LAYER}/locks/${DISTRO_CODENAME}-${DISTRO_TARGET_ARCH}.lock"

# Where each repository lies (ID=URL, best first), for the records of a lock: its own address, then REPOSITORY_FALLBACKS[id], then
# the same below DISTRO_FALLBACKS; ID-source is where source packages lie.
LOCK_REPOSITORY_URLS = "${@' '.join([name + ending + '=' + url for name in (d.getVar('REPOSITORIES') or '').split() for ending, table in [('', 'REPOSITORY_URL'), ('-source', 'REPOSITORY_SOURCES')] for own in [d.getVarFlag(table, name)] if own for url in [own] + (d.getVarFlag('REPOSITORY_FALLBACKS', name) or '').split() + [each + own[len(d.getVar('DISTRO_MIRROR')):] for each in (d.getVar('DISTRO_FALLBACKS') or '').split() if (own + '/').startswith((d.getVar('DISTRO_MIRROR') or '-') + '/')]])}"
# Further addresses that are asked for any locked file.
LOCK_MIRRORS ??= ""
# The root in which `stx-bake lock` resolves rpm packages once it is built; until then the host's programs do.
RPM_TOOLS_ROOT ??= "${ROOTS_DIR}/rpm-tools"
# Streams of modules that packages are resolved with, as `postgresql:15`.
DNF_MODULES ??= ""
