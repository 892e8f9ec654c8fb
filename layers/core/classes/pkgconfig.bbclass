# For recipes that call pkg-config. The program is part of the build root, and every task's environment already points it at
# the recipe's sysroot (PKG_CONFIG_PATH and PKG_CONFIG_SYSROOT_DIR in bitbake.conf), so there is nothing to add here.
