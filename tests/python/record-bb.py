"""Records what BitBake answers to bb-cases.txt: `python3 tests/python/record-bb.py --bitbake DIR --core DIR`.

The folders are work trees of BitBake (with `lib/`) and of openembedded-core (with `meta/lib/`). A case begins with a line `### title`; what follows are statements that see `d`,
a fresh datastore with VARIABLES, and leave their answer in `result`. The fixture holds str(result), or the type of the
exception. What `bb.warn`, `bb.note` and so on would print is thrown away.
"""
import argparse
import json
import logging
import pathlib
import sys
import textwrap

HERE = pathlib.Path(__file__).parent
VARIABLES = {
    "FEATURES": "alpha beta  gamma",
    "EMPTY": "",
    "PN": "tool",
    "PV": "1.22.333",
    "OVERRIDES": "arm:linux:pn-tool",
    "REF": "<${PV}>",
    "FORMS": "base",
    "FORMS:arm": "for-arm",
    "FORMS:x86": "for-x86",
    "PENDING": "b",
    "PENDING:append": " c",
    "PENDING:prepend": "a ",
    "PENDING:remove": "c",
    "LATE:append:arm": "late",
    "PATHLIST": "/nowhere:/nothing",
    "BBFILE_COLLECTIONS": "core extra",
    "BBFILE_PATTERN_core": "^/layers/core/",
    "BBFILE_PATTERN_extra": "^/layers/core/extra/",
    "PARALLEL_MAKE": "-j 8",
    "http_proxy": "http://proxy:3128",
    "FILE": "/layers/core/recipes/tool_1.22.333.bb",
}
FLAGS = [("FORMS", "doc", "text"), ("FORMS", "depends", "${PN}:do_x"), ("do_one", "func", "1")]


def cases():
    title, lines = None, []
    for line in (HERE / "bb-cases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            if title:
                yield title, "\n".join(lines)
            title, lines = line[4:], []
        elif title:
            lines.append(line)
    yield title, "\n".join(lines)


def answer(code, bb, oe):
    d = bb.data.init()
    for name, value in VARIABLES.items():
        d.setVar(name, value, parsing=True)
    for name, flag, value in FLAGS:
        d.setVarFlag(name, flag, value)
    scope = {"bb": bb, "oe": oe}
    exec("import os, re\ndef case(d):\n" + textwrap.indent(code, "    ") + "\n    return result\n", scope)
    try:
        return {"text": str(scope["case"](d))}
    except Exception as error:
        kind = type(error)
        module = "" if kind.__module__ == "builtins" else kind.__module__ + "."
        return {"raises": module + kind.__name__}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bitbake", required=True)
    options.add_argument("--core", required=True)
    given = options.parse_args()
    sys.path[:0] = [given.bitbake + "/lib", given.core + "/meta/lib"]
    import bb
    import bb.build
    import bb.data
    import bb.event
    import bb.fetch2
    import bb.parse
    import bb.process
    import bb.utils
    import oe.types
    import oe.utils

    logging.disable(logging.CRITICAL)
    bb.event.fire = lambda event, d: None
    found = [{"title": title, "code": code, **answer(code, bb, oe)} for title, code in cases()]
    head = {"command": "python3 tests/python/record-bb.py --bitbake DIR --core DIR", "bitbake": bb.__version__}
    text = json.dumps({**head, "variables": VARIABLES, "flags": FLAGS, "cases": found}, indent=1, ensure_ascii=False)
    (HERE / "fixtures" / "bb.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.flush()
    import os

    os._exit(0)


main()
