"""Records what CPython answers to expressions.txt and to the files of programs/: `python3 tests/python/record.py`.

Each line of expressions.txt is one expression; `# name` lines head a group. The fixture holds, for each expression,
str() and type of the result, or the type of the exception. `d` is a dictionary with a getVar method. For each program it holds what it printed, and type and text of
the exception that ended it.
"""
import builtins
import contextlib
import io
import json
import os
import pathlib
import sys
import warnings

HERE = pathlib.Path(__file__).parent
VARIABLES = {
    "FEATURES": "alpha beta gamma",
    "EMPTY": "",
    "PV": "1.22.333",
    "PATHS": "/usr/lib /usr/share/doc",
    "NUMBER": "42",
    "UNICODE": "naïve \U0001f600 text",
}


class Data:
    def getVar(self, name, expand=True):
        return VARIABLES.get(name)


def record_programs():
    programs = {}
    for path in sorted((HERE / "programs").glob("*.py")):
        output = io.StringIO()
        raises = None
        try:
            with contextlib.redirect_stdout(output):
                warnings.simplefilter("ignore")
                exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), {"__name__": "__main__"})
        except Exception as error:
            raises = "%s: %s" % (type(error).__name__, error)
        programs[path.stem] = {"output": output.getvalue().splitlines(), "raises": raises}
    head = {"command": "python3 tests/python/record.py", "python": "%d.%d" % sys.version_info[:2]}
    text = json.dumps({**head, "programs": programs}, indent=1, ensure_ascii=False)
    (HERE / "fixtures" / "programs.json").write_text(text + "\n", encoding="utf-8")


def main():
    record_programs()
    cases = []
    for line in (HERE / "expressions.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("# "):
            continue
        try:
            value = eval(line, {"d": Data(), "os": os, "__builtins__": builtins})
            cases.append({"code": line, "text": str(value)})
        except Exception as error:
            name = type(error).__name__
            cases.append({"code": line, "raises": "re.error" if name == "error" else name})
    head = {"command": "python3 tests/python/record.py", "python": "%d.%d" % sys.version_info[:2]}
    text = json.dumps({**head, "variables": VARIABLES, "cases": cases}, indent=1, ensure_ascii=False)
    (HERE / "fixtures" / "expressions.json").write_text(text + "\n", encoding="utf-8")


main()
