# NAME-rt of a recipe NAME that inherits kernel-module: the module for the real-time kernel.

KERNEL_MODULE_VARIANT = "rt"
