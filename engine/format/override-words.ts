/** Words that the usual layers put into OVERRIDES. */
const knownWords = new Set(
  `
  aarch64 aarch64-be all-arches arc arm armeb armv4 armv5 armv5e armv6 armv7a armv7m armv7ve armv8a allarch beaglebone
  beaglebone-yocto bsp darwin darwin16 darwin8 darwin9 edgerouter forcevariable genericx86 genericx86-64 i386 i486 i586 i686
  linux linux-gnu linux-gnueabi linux-gnueabihf linux-gnun32 linux-gnuspe linux-gnux32 linux-musl linux-musleabi linux-musleabihf
  linux-muslx32 linuxstdbase local m68k microblaze microblazeeb microblazeel mingw32 mips mips64 mips64el mipsarch mipsarchn32 mipsarchn32eb
  mipsarchn32el mipsarchn64 mipsarchn64eb mipsarchn64el mipsarcho32 mipsarcho32eb mipsarcho32el mipsarchr6 mipsel mipsisa32r6
  mipsisa32r6el mipsisa64r6 mipsisa64r6el nios2 nodistro poky poky-tiny powerpc powerpc64 powerpc64le ppc32 ppc64 ppc7400 ppce500
  ppce500mc ppce5500 ppce6500 qemuall qemuarm qemuarm64 qemuarmv5 qemumips qemumips64 qemuppc qemuriscv32 qemuriscv64 qemush4
  qemux86 qemux86-64 riscv32 riscv64 sdkmingw32 sh3 sh4 sparc uclinux-uclibc win32 x32 x86 x86-64 x86-x32
  `
    .split(/\s+/)
    .filter((each) => each !== ''),
);

/** Forms of overrides that the engine or classes make: no variable has such an ending for another reason. */
const knownForms =
  /^(?:class|virtclass|pn|libc|toolchain|tune|task|runtime|sdk|build|kernel|distro|rtc|mx|virtclass-multilib)-[a-z0-9\ue000-\uf8ff][\w.+\ue000-\uf8ff-]*$/;

/** Variables (and shell functions) that are asked for once per package: what follows them is the name of a package. */
const packageVariables = new Set(
  `
  ALLOW_EMPTY ALTERNATIVE CONFFILES DESCRIPTION FILES GROUPADD_PARAM GROUPMEMS_PARAM INITSCRIPT_NAME INITSCRIPT_PARAMS INSANE_SKIP
  LICENSE PKG PKGE PKGR PKGV PRIVATE_LIBS RCONFLICTS RDEPENDS RPROVIDES RRECOMMENDS RREPLACES RSUGGESTS SECTION SKIP_FILEDEPS SUMMARY
  SYSTEMD_AUTO_ENABLE SYSTEMD_SERVICE USERADD_PARAM HOMEPAGE
  pkg_postinst pkg_postinst_ontarget pkg_postrm pkg_preinst pkg_prerm
  CONVERSION_CMD EXTRA_IMAGECMD IMAGE_CMD IMAGE_TYPEDEP
  `
    .split(/\s+/)
    .filter((each) => each !== ''),
);

/** Further ones, told by their form: `..._NOAUTONAME` and the name of a package outside. */
const packageForms = /^(?:[A-Z]+_NOAUTONAME|DEB[A-Z]{3}NAME)$/;

/** Names whose next word belongs to the name: `PREFERRED_VERSION_linux-yocto`. */
const namedVariables = new Set(
  `
  BBFILE_PATTERN BBFILE_PRIORITY BBFILE_PATTERN_IGNORE_EMPTY CONVERSION_DEPENDS COMPRESS_DEPENDS LAYERDEPENDS LAYERRECOMMENDS
  LAYERSERIES_COMPAT LAYERVERSION PREFERRED_PROVIDER PREFERRED_RPROVIDER PREFERRED_RUNTIME_PROVIDER PREFERRED_VERSION
  REQUIRED_VERSION SRCREV MULTILIB_PACKAGE_ARCHS QB_DEFAULT module_autoload module_conf KERNEL_MODULE DISTRO_PN_ALIAS
  `
    .split(/\s+/)
    .filter((each) => each !== ''),
);

/** Variables that recipes often override: an unknown ending of theirs is worth a look. */
const oftenOverridden = new Set(
  `
  B BBCLASSEXTEND BUILD_CFLAGS CFLAGS COMPATIBLE_HOST COMPATIBLE_MACHINE CPPFLAGS CXXFLAGS D DEPENDS DISTRO_FEATURES EXTRA_OECMAKE
  EXTRA_OECONF EXTRA_OEMAKE FILESEXTRAPATHS FILESPATH IMAGE_FEATURES IMAGE_FSTYPES IMAGE_INSTALL INHIBIT_PACKAGE_STRIP
  KERNEL_DEVICETREE KERNEL_FEATURES LDFLAGS LIC_FILES_CHKSUM MACHINE_FEATURES PACKAGECONFIG PACKAGECONFIG_CONFARGS PACKAGES
  PACKAGE_ARCH PARALLEL_MAKE PROVIDES S SRC_URI TARGET_CC_ARCH
  `
    .split(/\s+/)
    .filter((each) => each !== ''),
);

const tasks =
  /^(?:fakeroot_)?(?:do_(?:fetch|unpack|patch|configure|compile|install|package|deploy|rootfs|image|populate_sysroot))(?:_[a-z0-9_]+)?$/;

/** What is known of overrides where a text is rewritten. */
export interface OverrideKnowledge {
  /** Words that the caller gives, and those that the layers show: machines, distributions. */
  readonly words: ReadonlySet<string>;
}

/** Whether a word is an override whatever stands before it. */
export function isOverrideForm(word: string, { words }: OverrideKnowledge): boolean {
  return knownForms.test(word) || words.has(word);
}

/** Whether a word of a name is an override that usual layers know. */
export function isKnownOverride(word: string, knowledge: OverrideKnowledge): boolean {
  return isOverrideForm(word, knowledge) || knownWords.has(word) || /^(?:armv\d+[a-z]*|e\d+-64b)$/.test(word);
}

/** Whether words without a hyphen may be overrides behind this name: variables in capitals and tasks. */
export function takesPlainOverrides(name: string): boolean {
  if (namedVariables.has(name)) return false;
  const prefix = [...namedVariables].some((each) => name.startsWith(`${each}_`));
  return prefix || tasks.test(name) || /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** Whether what follows the name is a package or an image type. */
export function isPackageVariable(name: string): boolean {
  return packageVariables.has(name) || packageForms.test(name);
}

/** Whether an unknown ending of this name is probably an override. */
export function isOftenOverridden(name: string): boolean {
  return oftenOverridden.has(name);
}
