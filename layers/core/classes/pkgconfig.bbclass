# For recipes that call pkg-config. The program is part of the build root, and every task's environment already points it at
# the recipe's sysroot (PKG_CONFIG_PATH in bitbake.conf; `.pc` files there lead into it), so there is nothing to add here.
