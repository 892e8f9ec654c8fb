# Builds Python software that has a setup.py, with the setuptools of the build root. Modules go into
# PYTHON_SITEPACKAGES_DIR with their metadata, out of which packages learn what they need; no byte code is shipped.

VENDOR_DEPENDS:append = " py:setuptools${@' py:wheel' if d.getVar('PYTHON_WHEEL') == '1' else ''}"
SETUPTOOLS_SETUP_PATH ?= "${S}"
SETUPTOOLS_BUILD_ARGS ?= ""
PYTHON3 ?= "python3"
# "1": a wheel as well, in a package ${PN}-wheels.
PYTHON_WHEEL ?= "0"
PYTHON_WHEEL_DIR ?= "${datadir}/python3-wheels"
PACKAGES:prepend = "${@'${PN}-wheels ' if d.getVar('PYTHON_WHEEL') == '1' else ''}"
FILES:${PN}-wheels ?= "${PYTHON_WHEEL_DIR}"
SUMMARY:${PN}-wheels ?= "${SUMMARY} (wheel)"

export PYTHONDONTWRITEBYTECODE = "1"
export PYTHONHASHSEED = "0"

setuptools3_do_compile() {
    cd "${SETUPTOOLS_SETUP_PATH}"
    # What an earlier run has left may have been made with other flags.
    rm -rf build "${B}/wheels"
    ${PYTHON3} setup.py build ${SETUPTOOLS_BUILD_ARGS}
    if [ "${PYTHON_WHEEL}" = "1" ]; then
        ${PYTHON3} setup.py bdist_wheel --dist-dir "${B}/wheels"
    fi
}

do_compile() {
    setuptools3_do_compile
}

setuptools3_do_install() {
    cd "${SETUPTOOLS_SETUP_PATH}"
    ${PYTHON3} setup.py install --root="${D}" --prefix="${prefix}" --install-lib="${PYTHON_SITEPACKAGES_DIR}" \
        --install-scripts="${bindir}" --install-data="${prefix}" --single-version-externally-managed --no-compile \
        --skip-build
    find "${D}" -name __pycache__ -prune -exec rm -rf {} +
    # Scripts start with the system's interpreter, whichever ran the installation.
    if [ -d "${D}${bindir}" ]; then
        find "${D}${bindir}" -type f -exec sed -i '1s|^#!.*python[0-9.]*|#!/usr/bin/python3|' {} +
    fi
    if [ "${PYTHON_WHEEL}" = "1" ]; then
        install -d "${D}${PYTHON_WHEEL_DIR}"
        install -m 0644 "${B}"/wheels/*.whl "${D}${PYTHON_WHEEL_DIR}/"
    fi
}

do_install() {
    setuptools3_do_install
}
