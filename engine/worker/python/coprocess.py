"""The Python side of a Python task: runs functions of a recipe, with `d` and `bb` served by the engine.

Started by the engine with a socket on file descriptor 3. A frame is the length of a JSON text in decimal, a newline, and
the text. Every frame that goes out is a list [operation, argument ...] and is answered by {"value": ...} or
{"error": text}. Standard output and standard error are the log of the task. Runs with Python 3.9 and later.
"""

import builtins
import collections
import contextlib
import errno
import fcntl
import glob
import hashlib
import importlib
import json
import linecache
import logging
import os
import re
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import urllib.parse

OWN_FILE = __file__


# ---- talking to the engine ----


class Channel:
    """One question at a time, from any thread or forked process."""

    def __init__(self, descriptor):
        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100)
        os.close(descriptor)
        self._socket = socket.socket(fileno=high)
        self._threads = threading.RLock()
        self._processes = tempfile.TemporaryFile()
        os.register_at_fork(after_in_child=self._renew_lock)

    def _renew_lock(self):
        self._threads = threading.RLock()

    def ask(self, operation, *arguments):
        text = json.dumps([operation, *arguments]).encode("ascii")
        with self._threads:
            # A record lock: forked children share the socket, and it goes with a child that is killed.
            fcntl.lockf(self._processes, fcntl.LOCK_EX)
            try:
                self._socket.sendall(b"%d\n" % len(text) + text)
                answer = json.loads(self._receive())
            finally:
                fcntl.lockf(self._processes, fcntl.LOCK_UN)
        if "error" in answer:
            raise ExpansionError(answer["error"])
        return answer.get("value")

    def _receive(self):
        head = b""
        while not head.endswith(b"\n"):
            head += self._exactly(1)
        return self._exactly(int(head))

    def _exactly(self, size):
        parts = []
        while size > 0:
            part = self._socket.recv(min(size, 1 << 20))
            if not part:
                os._exit(70)  # the engine is gone
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


class ExpansionError(Exception):
    """The engine could not answer: a variable that cannot be expanded, a folder that may not be emptied."""


channel = None


def ask(operation, *arguments):
    return channel.ask(operation, *arguments)


# ---- d ----


class DataSmart(collections.abc.MutableMapping):
    """The datastore of the task; writes are seen by this task only."""

    def __init__(self, handle, objects=None):
        self._handle = handle
        self._process = os.getpid()
        self._objects = dict(objects or {})

    @property
    def handle(self):
        if self._process != os.getpid():
            # A forked child changes a copy, as it would change its own memory.
            self._handle = ask("copy", self._handle)
            self._process = os.getpid()
        return self._handle

    def getVar(self, var, expand=True, noweakdefault=False, parsing=False, retparser=False):
        if var in self._objects:
            return self._objects[var]
        return ask("get", self.handle, var, bool(expand), bool(noweakdefault))

    def setVar(self, var, value, **_where):
        self._objects.pop(var, None)
        if value is None:
            ask("unset", self.handle, var)
        else:
            ask("set", self.handle, var, value if isinstance(value, str) else str(value))
        if not isinstance(value, str):
            self._objects[var] = value

    def appendVar(self, var, value, **_where):
        self.setVar(var, (self.getVar(var, False) or "") + value)

    def prependVar(self, var, value, **_where):
        self.setVar(var, value + (self.getVar(var, False) or ""))

    def delVar(self, var, **_where):
        self._objects.pop(var, None)
        ask("unset", self.handle, var)

    def renameVar(self, key, newkey, **_where):
        ask("rename", self.handle, key, newkey)
        if key in self._objects:
            self._objects[newkey] = self._objects.pop(key)

    def hasOverrides(self, var):
        return ask("overrides", self.handle, var)

    def need_overrides(self):
        return None

    def getVarFlag(self, var, flag, expand=True, noweakdefault=False, parsing=False, retparser=False):
        key = (var, flag)
        if key in self._objects:
            return self._objects[key]
        if flag == "_content":
            return self.getVar(var, expand)
        return ask("flag", self.handle, var, flag, bool(expand))

    def setVarFlag(self, var, flag, value, **_where):
        self._objects.pop((var, flag), None)
        if value is None:
            ask("unset-flag", self.handle, var, flag)
            return
        ask("set-flag", self.handle, var, flag, value if isinstance(value, str) else str(value))
        if not isinstance(value, str):
            self._objects[(var, flag)] = value

    def appendVarFlag(self, var, flag, value, **_where):
        self.setVarFlag(var, flag, (self.getVarFlag(var, flag, False) or "") + value)

    def prependVarFlag(self, var, flag, value, **_where):
        self.setVarFlag(var, flag, value + (self.getVarFlag(var, flag, False) or ""))

    def delVarFlag(self, var, flag, **_where):
        self._objects.pop((var, flag), None)
        ask("unset-flag", self.handle, var, flag)

    def getVarFlags(self, var, expand=False, internalflags=False):
        flags = ask("flags", self.handle, var)
        for flag in flags:
            if expand is True or (expand and flag in expand):
                flags[flag] = self.getVarFlag(var, flag)
        return flags or None

    def setVarFlags(self, var, flags, **_where):
        for flag, value in flags.items():
            if flag != "defaultval":
                self.setVarFlag(var, flag, value)

    def delVarFlags(self, var, **_where):
        for flag in self.getVarFlags(var) or {}:
            self.delVarFlag(var, flag)

    def expand(self, text, varname=None):
        if not isinstance(text, str) or "${" not in text:
            return text
        return ask("expand", self.handle, text, varname)

    def keys(self):
        return ask("keys", self.handle)

    def createCopy(self):
        return DataSmart(ask("copy", self.handle), self._objects)

    def get(self, var, default=None, expand=False):
        value = self.getVar(var, expand)
        return default if value is None else value

    def finalize(self, parent=False):
        return None

    update_data = enableTracking = disableTracking = finalize

    def __getitem__(self, var):
        value = self.getVar(var, False)
        if value is None:
            raise KeyError(var)
        return value

    def __setitem__(self, var, value):
        self.setVar(var, value)

    def __delitem__(self, var):
        self.delVar(var)

    def __contains__(self, var):
        return self.getVar(var, False) is not None

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self.keys())

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other


# ---- the modules of bb ----

modules = {}


def module(name):
    if name not in modules:
        made = types.ModuleType(name)
        made.__path__ = []
        modules[name] = sys.modules[name] = made
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(module(parent), last, made)
    return modules[name]


def member(*names):
    """Puts a function or class into modules of bb under its dotted names."""

    def put(value):
        for name in names:
            place, _, last = name.rpartition(".")
            setattr(module(place), last, value)
        return value

    return put


bb = module("bb")
bb.__version__ = "2.19.0"


@member("bb.BBHandledException")
class BBHandledException(Exception):
    """What went wrong has been said already."""


# ---- bb: messages ----

DEBUG, PLAIN, NOTE, WARNING, ERROR = 10, 21, 20, 30, 40
LEVEL_NAMES = {DEBUG: "DEBUG", NOTE: "NOTE", WARNING: "WARNING", ERROR: "ERROR"}
said_once = set()
last_error = None


def say(level, text):
    """One message: a line of the log; what is more than a note goes to the engine, too."""
    global last_error
    sys.stdout.flush()
    print(text if level == PLAIN else "%s: %s" % (LEVEL_NAMES[level], text), flush=True)
    if level >= PLAIN:
        kind = {PLAIN: "plain", WARNING: "warning"}.get(level, "error")
        last_error = text if kind == "error" else last_error
        ask("message", kind, text, calling_frames())


@member("bb.plain")
def plain(*args):
    say(PLAIN, "".join(args))


@member("bb.debug")
def debug(lvl, *args):
    if isinstance(lvl, str):
        args = (lvl,) + args
    say(DEBUG, "".join(args))


@member("bb.note", "bb.verbnote")
def note(*args):
    say(NOTE, "".join(args))


@member("bb.warn")
def warn(*args):
    say(WARNING, "".join(args))


@member("bb.error")
def error(*args, **kwargs):
    say(ERROR, "".join(str(each) for each in args))


def say_once(level, args):
    text = "".join(args)
    if (level, text) not in said_once:
        said_once.add((level, text))
        say(level, text)


@member("bb.warnonce")
def warnonce(*args):
    say_once(WARNING, args)


@member("bb.erroronce")
def erroronce(*args):
    say_once(ERROR, args)


@member("bb.fatal")
def fatal(*args, **kwargs):
    global last_error
    text = "".join(str(each) for each in args)
    sys.stdout.flush()
    print("ERROR: %s" % text, flush=True)
    last_error = text
    raise BBHandledException()


class LogHandler(logging.Handler):
    """Python's logging ends where bb.note and its like do."""

    def emit(self, record):
        level = ERROR if record.levelno >= 40 else WARNING if record.levelno >= 30 else record.levelno
        say(level if level >= 30 or level == PLAIN else NOTE if level >= 20 else DEBUG, record.getMessage())


class BBLogger(logging.getLoggerClass()):
    def plain(self, text, *args):
        say(PLAIN, text % args if args else text)

    def verbose(self, text, *args):
        self.info(text, *args)

    debug2 = debug3 = bbdebug = verbnote = verbose

    def warnonce(self, text, *args):
        say_once(WARNING, (text % args if args else text,))

    def erroronce(self, text, *args):
        say_once(ERROR, (text % args if args else text,))


# ---- bb.utils ----

utils = module("bb.utils")


@member("bb.utils.VersionStringException")
class VersionStringException(Exception):
    pass


@member("bb.utils.mkdirhier")
def mkdirhier(directory):
    if "${" in str(directory):
        fatal("Directory name {} contains unexpanded bitbake variable. This may cause build failures.".format(directory))
    os.makedirs(directory, exist_ok=True)


@member("bb.utils.remove")
def remove(path, recurse=False, ionice=False):
    if not path:
        return
    for name in glob.glob(path):
        if recurse and os.path.isdir(name) and not os.path.islink(name):
            if os.path.realpath(name) in ("/", os.path.realpath(os.path.expanduser("~"))):
                raise Exception("bb.utils.remove: `%s` is not a directory to remove" % name)
            shutil.rmtree(name)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)


@member("bb.utils.prunedir")
def prunedir(topdir, ionice=False):
    if os.path.islink(topdir):
        os.unlink(topdir)
    else:
        remove(topdir, True)


@member("bb.utils.rename")
def rename(src, dst):
    try:
        os.rename(src, dst)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        shutil.move(src, dst)


def copy_metadata(dest, found, newmtime):
    with contextlib.suppress(PermissionError):
        os.chown(dest, found.st_uid, found.st_gid)
    os.chmod(dest, stat.S_IMODE(found.st_mode))
    mtime = newmtime or found.st_mtime
    os.utime(dest, (newmtime or found.st_atime, mtime))
    return mtime


@member("bb.utils.copyfile")
def copyfile(src, dest, newmtime=None, sstat=None):
    try:
        found = sstat or os.lstat(src)
        if stat.S_ISLNK(found.st_mode):
            if os.path.lexists(dest) and not (os.path.isdir(dest) and not os.path.islink(dest)):
                os.unlink(dest)
            os.symlink(os.readlink(src), dest)
            return os.lstat(dest)
        if os.path.islink(dest):
            os.unlink(dest)
        shutil.copyfile(src, dest + "#new")
        os.rename(dest + "#new", dest)
        return copy_metadata(dest, found, newmtime)
    except OSError as problem:
        warn("copyfile: %s to %s failed (%s)" % (src, dest, problem))
        return False


@member("bb.utils.movefile")
def movefile(src, dest, newmtime=None, sstat=None):
    try:
        found = sstat or os.lstat(src)
        if os.path.islink(dest):
            os.unlink(dest)
        target = os.path.join(dest, os.path.basename(src)) if os.path.isdir(dest) else dest
        if stat.S_ISLNK(found.st_mode):
            if os.path.lexists(target):
                os.unlink(target)
            os.symlink(os.readlink(src), target)
            os.unlink(src)
            return os.lstat(target)
        rename(src, target)
        mtime = newmtime or found.st_mtime
        os.utime(target, (newmtime or found.st_atime, mtime))
        return mtime
    except OSError as problem:
        warn("movefile: %s to %s failed (%s)" % (src, dest, problem))
        return None


@member("bb.utils.which")
def which(path, item, direction=0, history=False, executable=False):
    places = (path or "").split(":")
    seen = []
    for place in reversed(places) if direction else places:
        candidate = os.path.join(place, item)
        seen.append(candidate)
        found = os.path.isfile(candidate) and os.access(candidate, os.X_OK) if executable else os.path.exists(candidate)
        if found:
            candidate = os.path.abspath(candidate)
            return (candidate, seen) if history else candidate
    return ("", seen) if history else ""


@member("bb.utils.lockfile")
def lockfile(name, shared=False, retry=True, block=False):
    mkdirhier(os.path.dirname(name) or ".")
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    if not retry and not block:
        mode |= fcntl.LOCK_NB
    while True:
        lock = open(name, "a+")
        try:
            fcntl.flock(lock, mode)
            # Whoever had the lock may have removed the file meanwhile.
            if os.path.exists(name) and os.fstat(lock.fileno()).st_ino == os.stat(name).st_ino:
                return lock
        except BlockingIOError:
            pass
        lock.close()
        if not retry:
            return None


@member("bb.utils.unlockfile")
def unlockfile(lf):
    with contextlib.suppress(OSError):
        fcntl.flock(lf, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(lf.name)
    fcntl.flock(lf, fcntl.LOCK_UN)
    lf.close()


@member("bb.utils.fileslocked")
@contextlib.contextmanager
def fileslocked(files, *args, **kwargs):
    locks = [lockfile(each, *args, **kwargs) for each in files or []]
    try:
        yield
    finally:
        for lock in locks:
            unlockfile(lock)


def digest_function(method):
    def digest(filename):
        result = hashlib.new(method)
        with open(filename, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                result.update(block)
        return result.hexdigest()

    return digest


for method in ("md5", "sha1", "sha256", "sha384", "sha512"):
    setattr(utils, method + "_file", digest_function(method))


@member("bb.utils.to_boolean")
def to_boolean(string, default=None):
    if not string:
        return default
    if isinstance(string, int):
        return string != 0
    text = string.lower()
    if text in ("y", "yes", "1", "true"):
        return True
    if text in ("n", "no", "0", "false"):
        return False
    raise ValueError("Invalid value for to_boolean: %s" % string)


def words_of(values):
    return set(values.split()) if isinstance(values, str) else set(values)


@member("bb.utils.contains")
def contains(variable, checkvalues, truevalue, falsevalue, d):
    value = d.getVar(variable)
    return truevalue if value and words_of(checkvalues) <= set(value.split()) else falsevalue


@member("bb.utils.contains_any")
def contains_any(variable, checkvalues, truevalue, falsevalue, d):
    value = d.getVar(variable)
    return truevalue if value and words_of(checkvalues) & set(value.split()) else falsevalue


@member("bb.utils.filter_string")
def filter_string(val, checkvalues):
    return " ".join(sorted(words_of(checkvalues) & set(val.split()))) if val else ""


@member("bb.utils.filter")
def filter_words(variable, checkvalues, d):
    return filter_string(d.getVar(variable), checkvalues)


@member("bb.utils.explode_dep_versions2")
def explode_dep_versions2(s, *, sort=True):
    found = {}
    name = None
    for text in re.findall(r"\([^)]*\)|[^\s(]+", s.replace(",", "")):
        if not text.startswith("("):
            name = text
            found.setdefault(name, [])
            continue
        inner = text[1:-1].strip()
        relation = re.match(r"<=|=<|<<|==|!=|>=|=>|>>|<|>|=", inner)
        if relation is None:
            raise VersionStringException(
                'Invalid version specification in "(%s" - invalid or missing operator' % inner.split(" ")[0])
        version = " ".join(inner[relation.end():].split())
        found[name].append("%s %s" % (relation.group(), version))
    return collections.OrderedDict(sorted(found.items()) if sort else found.items())


@member("bb.utils.explode_dep_versions")
def explode_dep_versions(s):
    return {name: versions[0] if versions else None for name, versions in explode_dep_versions2(s, sort=False).items()}


@member("bb.utils.explode_deps")
def explode_deps(s):
    return re.sub(r"\([^)]*\)", " ", s).split()


@member("bb.utils.join_deps")
def join_deps(deps, commasep=True):
    texts = []
    for name, versions in deps.items():
        listed = versions if isinstance(versions, list) else [versions] if versions else []
        texts.extend(["%s (%s)" % (name, version) for version in listed] or [name])
    return (", " if commasep else " ").join(texts)


@member("bb.utils.vercmp_string")
def vercmp_string(a, b):
    return ask("compare-versions", a, b)


@member("bb.utils.vercmp_string_op")
def vercmp_string_op(a, b, op):
    result = vercmp_string(a, b)
    table = {"=": result == 0, "==": result == 0, "<=": result <= 0, ">=": result >= 0, ">": result > 0,
             ">>": result > 0, "<": result < 0, "<<": result < 0, "!=": result != 0}
    if op not in table:
        raise VersionStringException('Unsupported comparison operator "%s"' % op)
    return table[op]


@member("bb.utils.cpu_count")
def cpu_count():
    return len(os.sched_getaffinity(0))


@member("bb.utils.to_filemode")
def to_filemode(value):
    return value if isinstance(value, int) else int(value, 8)


@member("bb.utils.umask")
@contextlib.contextmanager
def umask(new_mask):
    old = os.umask(new_mask)
    try:
        yield
    finally:
        os.umask(old)


@member("bb.utils.environment")
@contextlib.contextmanager
def environment(**changes):
    old = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(old)


@member("bb.utils.mkstemp")
def mkstemp(suffix=None, prefix=None, dir=None, text=False):
    return tempfile.mkstemp(suffix=suffix, prefix=prefix, dir=dir, text=text)


@member("bb.utils.nonblockingfd")
def nonblockingfd(fd):
    os.set_blocking(fd, False)


@member("bb.utils.path_is_descendant")
def path_is_descendant(descendant, ancestor):
    inner, outer = os.path.realpath(descendant), os.path.realpath(ancestor)
    return inner == outer or inner.startswith(outer.rstrip("/") + "/")


@member("bb.utils.prune_suffix")
def prune_suffix(var, suffixes, d):
    for suffix in suffixes:
        if suffix and var.endswith(suffix):
            return var[:-len(suffix)]
    return var


@member("bb.utils.export_proxies")
def export_proxies(d):
    for name in ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy",
                 "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY", "GIT_PROXY_COMMAND"):
        if name not in os.environ and d.getVar(name):
            os.environ[name] = d.getVar(name)
    return True


@member("bb.utils.get_context")
def get_context():
    return recipe_names


# ---- bb.process ----


@member("bb.process.CmdError")
class CmdError(RuntimeError):
    def __init__(self, command, msg=None):
        super().__init__(command, msg)
        self.command = command
        self.msg = msg

    def __str__(self):
        command = self.command if isinstance(self.command, str) else shlex.join(self.command)
        return "Execution of '%s' failed%s" % (command, ": %s" % self.msg if self.msg else "")


@member("bb.process.NotFoundError")
class NotFoundError(CmdError):
    def __str__(self):
        return super().__str__() + ": command not found"


@member("bb.process.ExecutionError")
class ExecutionError(CmdError):
    def __init__(self, command, exitcode, stdout=None, stderr=None):
        super().__init__(command)
        self.exitcode = exitcode
        self.stdout = stdout
        self.stderr = stderr
        self.extra_message = None

    def __str__(self):
        output = (self.stderr or "") + (self.stdout or "")
        text = "%s with exit code %s" % (super().__str__(), self.exitcode)
        return text + (":\n" + output if output else "") + (self.extra_message or "")


@member("bb.process.Popen")
class Popen(subprocess.Popen):
    def __init__(self, *args, **kwargs):
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        super().__init__(*args, **{"close_fds": True, "shell": False, **pipes, **kwargs})


@member("bb.process.run")
def run_command(cmd, input=None, log=None, extrafiles=None, **options):
    if isinstance(cmd, str):
        options.setdefault("shell", True)
    try:
        process = Popen(cmd, **options)
    except FileNotFoundError:
        raise NotFoundError(cmd)
    except OSError as problem:
        raise CmdError(cmd, problem)
    output = process.communicate(input.encode() if isinstance(input, str) else input)
    stdout, stderr = [each if each is None or isinstance(each, str) else each.decode("utf-8") for each in output]
    if log:
        log.write((stdout or "") + (stderr or ""))
        log.flush()
    if process.returncode != 0:
        raise ExecutionError(cmd, process.returncode, None if log else stdout, None if log else stderr)
    return stdout, stderr


# ---- bb.data, bb.parse, bb.fetch2 ----


member("bb.data_smart.DataSmart")(DataSmart)
member("bb.data_smart.ExpansionError", "bb.data.ExpansionError")(ExpansionError)


@member("bb.data.createCopy")
def create_copy(source):
    return source.createCopy()


@member("bb.data.expand")
def expand(s, d, varname=None):
    return d.expand(s, varname)


@member("bb.data.expandKeys")
def expand_keys(alterdata, readdata=None):
    ask("expand-keys", alterdata.handle)


@member("bb.data.update_data")
def update_data(d):
    return None


@member("bb.data.keys")
def data_keys(d):
    return d.keys()


@member("bb.data.inherits_class")
def inherits_class(klass, d):
    return ask("inherits", d.handle, klass)


@member("bb.data.exported_vars")
def exported_vars(d):
    return list(ask("environment", d.handle).items())


@member("bb.parse.SkipRecipe", "bb.parse.SkipPackage")
class SkipRecipe(Exception):
    pass


@member("bb.parse.ParseError")
class ParseError(Exception):
    pass


@member("bb.parse.vars_from_file")
def vars_from_file(mypkg, d):
    name, ending = os.path.splitext(os.path.basename(mypkg or ""))
    if ending not in (".bb", ".bbappend"):
        return (None, None, None)
    return (name.split("_") + [None, None, None])[:3]


@member("bb.fetch2.BBFetchException")
class BBFetchException(Exception):
    def __init__(self, message=""):
        super().__init__(message)
        self.msg = message


class MalformedUrl(BBFetchException):
    def __init__(self, url, message=""):
        super().__init__(message or "The URL: '%s' is invalid and cannot be interpreted" % url)
        self.url = url


class FetchError(BBFetchException):
    def __init__(self, message, url=None):
        super().__init__("Fetcher failure%s: %s" % (" for URL: '%s'" % url if url else "", message))
        self.url = url


for name in ("ParameterError", "NetworkAccess", "NoMethodError", "ChecksumError", "UnpackError"):
    member("bb.fetch2." + name)(type(name, (FetchError,), {}))
member("bb.fetch2.MalformedUrl")(MalformedUrl)
member("bb.fetch2.FetchError")(FetchError)


@member("bb.fetch2.decodeurl")
def decodeurl(url):
    match = re.match(r"([^:]*)://(?:([^/;@]+)@)?([^;]+)(?:;(.*))?$", url or "")
    if match is None:
        raise MalformedUrl(url)
    scheme, login, location, rest = match.groups()
    if scheme == "file":
        host, path = "", location
    else:
        host, slash, path = location.partition("/")
        path = slash + path or "/"
    user, _, password = (login or "").partition(":")
    parameters = collections.OrderedDict()
    for each in filter(None, (rest or "").split(";")):
        key, equals, value = each.partition("=")
        if not equals:
            raise MalformedUrl(url, "The URL: '%s' is invalid: parameter %s does not specify a value (missing '=')" % (url, each))
        parameters[key] = value
    return scheme, host, urllib.parse.unquote(path), user, password, parameters


@member("bb.fetch2.encodeurl")
def encodeurl(decoded):
    scheme, host, path, user, password, parameters = decoded
    login = user + (":" + password if password else "") + "@" if user else ""
    rest = "".join(";%s=%s" % each for each in (parameters or {}).items())
    return "%s://%s%s%s%s" % (scheme, login, host or "", urllib.parse.quote(path), rest)


@member("bb.fetch2.Fetch")
class Fetch:
    def __init__(self, urls, d, *args, **kwargs):
        fatal("bb.fetch2.Fetch is not served to Python tasks: bind the built-in task with `do_fetch[builtin] = \"fetch\"`")


sys.modules["bb.fetch"] = bb.fetch = modules["bb.fetch2"]


# ---- bb.event and the events of tasks, builds and the run queue ----


@member("bb.event.Event")
class Event:
    def __init__(self):
        self.pid = os.getpid()


def event_class(name, base=Event, **more):
    made = type(name.rpartition(".")[2], (base,), more)
    made.__module__ = name.rpartition(".")[0]
    return member(name)(made)


Event.__module__ = "bb.event"
event_class("bb.event.ConfigParsed")
operation_started = event_class("bb.event.OperationStarted")
operation_completed = event_class("bb.event.OperationCompleted")


class BuildBase(Event):
    def getPkgs(self):
        return self._pkgs

    def getName(self):
        return self._name

    def getFailures(self):
        return self._failures

    pkgs = property(getPkgs)
    name = property(getName)


event_class("bb.event.BuildBase", BuildBase)
event_class("bb.event.BuildInit", BuildBase)
for name in ("BuildStarted", "BuildCompleted"):
    base = operation_started if name == "BuildStarted" else operation_completed
    made = type(name, (bb.event.BuildBase, base), {"__module__": "bb.event"})
    member("bb.event." + name)(made)


def with_attributes(*names):
    def initialize(self, *args, **kwargs):
        Event.__init__(self)
        self.__dict__.update(zip(names, args))
        self.__dict__.update(kwargs)

    return {"__init__": initialize}


event_class("bb.event.MetadataEvent", Event, **with_attributes("type", "_localdata"))
event_class("bb.event.ProcessStarted", Event, **with_attributes("processname", "total"))
event_class("bb.event.ProcessProgress", Event, **with_attributes("processname", "progress"))
event_class("bb.event.ProcessFinished", Event, **with_attributes("processname"))
event_class("bb.event.LogExecTTY", Event, **with_attributes("msg", "prog", "sleep_delay", "retries"))
recipe_event = event_class("bb.event.RecipeEvent", Event, **with_attributes("fn"))
for name in ("RecipePreFinalise", "RecipePostKeyExpansion", "RecipeTaskPreProcess", "RecipeParsed"):
    event_class("bb.event." + name, recipe_event)


class TaskBase(Event):
    def getTask(self):
        return self._task

    def getDisplayName(self):
        return {"TaskFailedSilent": "Failed"}.get(type(self).__name__, type(self).__name__[4:])

    task = property(getTask)


task_base = event_class("bb.build.TaskBase", TaskBase)
for name in ("TaskStarted", "TaskSucceeded", "TaskFailed", "TaskFailedSilent", "TaskInvalid"):
    event_class("bb.build." + name, task_base)
event_class("bb.build.TaskProgress", Event, **with_attributes("progress", "rate"))
queue_event = event_class("bb.runqueue.runQueueEvent")
for name in ("TaskStarted", "TaskCompleted", "TaskFailed", "TaskSkipped"):
    event_class("bb.runqueue.runQueue" + name, queue_event)


@member("bb.runqueue.taskname_from_tid")
def taskname_from_tid(tid):
    return tid.rsplit(":", 1)[1]


@member("bb.runqueue.fn_from_tid")
def fn_from_tid(tid):
    return tid.rsplit(":", 1)[0]


@member("bb.event.getName")
def get_name(event):
    return getattr(event, "__name__", type(event).__name__)


def full_name(event):
    return "%s.%s" % (type(event).__module__, type(event).__name__)


@member("bb.event.fire")
def fire(event, d):
    if isinstance(event, bb.build.TaskProgress):
        ask("progress", float(event.progress), getattr(event, "rate", None))
        return
    for name, masks in handlers:
        if not masks or full_name(event) in masks:
            call_handler(name, event, d)


def call_handler(name, event, d):
    event.data = d
    try:
        define(name, "e, d", d)(event, d)
    finally:
        del event.data


# ---- functions of the recipe ----

# Names that the functions of the recipe see: `def` functions of its files, bb, os and what they import.
recipe_names = {"bb": bb, "os": os, "time": time, "__name__": "recipe"}
definitions = {}
library_names = {}
handlers = []
compiled = {}


@member("bb.build.FuncFailed")
class FuncFailed(Exception):
    pass


class ShellFailed(ExecutionError):
    """A shell function that exec_func ran; `report` says where it was."""

    def __init__(self, name, exitcode, script, report):
        super().__init__(name, exitcode)
        self.script = script
        self.report = report


def compile_text(name, text):
    """The code of a text, shown by name in tracebacks."""
    file = "<%s>" % name
    if (name, text) not in compiled:
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        compiled[(name, text)] = compile(text, file, "exec")
    return compiled[(name, text)]


def global_names(code):
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= global_names(constant)
    return found


def provide(code):
    """Defines what a code may call: `def` functions of the recipe, and libraries of layers; all if it looks names up."""
    names = global_names(code)
    if names & {"globals", "eval", "exec", "locals", "vars", "get_context"}:
        names |= set(definitions)
    for name in names:
        text = definitions.pop(name, None)
        if text is not None:
            inner = compile_text(name, text)
            exec(inner, recipe_names)
            provide(inner)
        elif name in library_names and name not in recipe_names:
            recipe_names[name] = import_library(name)


def import_library(name):
    found = importlib.import_module(name)
    for each in getattr(found, "BBIMPORTS", []):
        with contextlib.suppress(ImportError):
            importlib.import_module("%s.%s" % (name, each))
    return found


def define(name, parameters, d):
    """The function `name` of the datastore, compiled."""
    body = d.getVar(name, False)
    code = compile_text(name, "def %s(%s):\n%s" % (function_name(name), parameters, body))
    provide(code)
    exec(code, recipe_names)
    return recipe_names[function_name(name)]


def function_name(name):
    return re.sub(r"\W", "_", name)


@member("bb.build.exec_func")
def exec_func(func, d, dirs=None, prepared=False):
    """Runs a function of the recipe in Python or shell; `prepared`: its folders have been seen to."""
    what = ask("function", d.handle, func)
    if what is None:
        warn("Function %s doesn't exist" % func)
        return
    if what["body"] == "":
        return
    start = os.getcwd()
    for path in [] if prepared else what["cleandirs"]:
        remove(path, True)
        mkdirhier(path)
        if path == start:
            os.chdir(path)
    wanted = (what["dirs"] or []) if dirs is None else dirs
    for path in wanted:
        mkdirhier(path)
    with fileslocked([] if prepared else what["lockfiles"]):
        os.chdir(wanted[-1] if wanted and not prepared else start)
        inside = os.getcwd()
        try:
            run_python_function(func, d) if what["python"] else run_shell_function(func, d)
        finally:
            if os.getcwd() != inside:
                warn("Task %s changed cwd to %s" % (func, os.getcwd()))
            os.chdir(start)


def run_python_function(func, d):
    function = define(func, "d", d)
    try:
        function(d)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


START_SHELL = """exec 3>&"$1"
if command -v bash >/dev/null; then exec bash -c "$2" bash "$3"; fi
exec 3>&-
. "$3"
"""


def run_shell_function(func, d):
    """The engine writes the script, with all that the function calls; this runs it, in the same sandbox."""
    made = ask("script", d.handle, func)
    # Process numbers are those of a namespace: the name must differ by what it is for.
    name = "run.%s.%s.%d" % (d.getVar("BB_RUNTASK") or "handler", func, made["id"])
    path = write_script(name, made["script"], d.getVar("T"))
    read_end, write_end = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    command = ["/bin/sh", "-c", START_SHELL, "sh", str(write_end), made["prelude"], path]
    try:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, pass_fds=[write_end]).returncode
        os.set_blocking(read_end, False)
        report = b""
        with contextlib.suppress(BlockingIOError):
            report = os.read(read_end, 1 << 16)
    finally:
        os.close(read_end)
        os.close(write_end)
    if status != 0:
        raise ShellFailed(func, status if status > 0 else 128 - status, made["id"], report.decode("utf-8", "replace"))


def write_script(name, text, folder):
    for place in (folder, tempfile.gettempdir()):
        with contextlib.suppress(OSError, TypeError):
            path = os.path.join(place, name)
            with open(path, "w", errors="surrogateescape") as file:
                file.write(text)
            return path
    raise ExpansionError("no folder for the script `%s` can be written" % name)


@member("bb.build.exec_task")
def exec_task(fn, task, d, profile=False):
    """A task with the functions around it, in a copy of `d`; 0 when all went well."""
    local = d.createCopy()
    local.setVar("BB_RUNTASK", task)
    local.setVar("OVERRIDES", "task-%s:%s" % (task[3:].replace("_", "-"), d.getVar("OVERRIDES", False)))
    around = [(local.getVarFlag(task, flag) or "").split() for flag in ("prefuncs", "postfuncs")]
    try:
        for each in around[0] + [task] + around[1]:
            exec_func(each, local)
    except BBHandledException:
        return 1
    except Exception as problem:
        error(str(problem))
        return 1
    return 0


# ---- what went wrong, and where ----


def frames_of(entries):
    """(frame, line, instruction), outermost first, as [file, line, function, first and end column, text]; not of this file."""
    frames = []
    for frame, line, instruction in entries:
        code = frame.f_code
        if code.co_filename != OWN_FILE and not code.co_filename.startswith("<frozen"):
            text = linecache.getline(code.co_filename, line)
            frames.append([code.co_filename, line, code.co_name, *columns(code, instruction, text), text])
    return frames[-30:]


def columns(code, instruction, text):
    """Where in its line an instruction was written, if this Python knows (3.11)."""
    if not hasattr(code, "co_positions") or instruction < 0:
        return [None, None]
    first, last, start, end = list(code.co_positions())[instruction // 2]
    if first is None or start is None:
        return [None, None]
    source = text.encode()
    begin = len(source[:start].decode("utf-8", "replace"))
    return [begin, len(source[:end].decode("utf-8", "replace")) if last == first else None]


def calling_frames():
    """Where the running code is."""
    walk = traceback.walk_stack(sys._getframe(1))
    return frames_of([(frame, line, frame.f_lasti) for frame, line in walk][::-1])


def describe(problem):
    """An exception as the engine wants it."""
    entries = []
    trace = problem.__traceback__
    while trace is not None:
        entries.append((trace.tb_frame, trace.tb_lineno, trace.tb_lasti))
        trace = trace.tb_next
    frames = frames_of(entries)
    failure = {"type": type(problem).__name__, "message": text_of(problem), "frames": frames,
               "handled": isinstance(problem, BBHandledException)}
    if failure["handled"]:
        failure["message"] = last_error
    if isinstance(problem, SystemExit):
        failure["message"] = "sys.exit(%s)" % ("" if problem.code is None else repr(problem.code))
    if isinstance(problem, SyntaxError) and (problem.filename or "").startswith("<"):
        column = max((problem.offset or 1) - 1, 0)
        frames.append([problem.filename, problem.lineno or 1, "", column, None, problem.text or ""])
        failure["message"] = problem.msg
    if isinstance(problem, ShellFailed):
        failure["shell"] = {"function": problem.command, "exitCode": problem.exitcode, "script": problem.script,
                            "report": problem.report}
    return failure


def text_of(problem):
    try:
        return str(problem)
    except Exception:
        return "(an exception that cannot be shown)"


# ---- running ----


def run_task(job):
    d = DataSmart(0)
    for name in job["before"]:
        exec_func(name, d)
    exec_func(job["task"], d, prepared=True)
    for name in job["after"]:
        exec_func(name, d)


def run_handlers():
    """Handlers of events, one after the other, as the engine names them."""
    result = None
    while True:
        job = ask("next", result)
        if job is None:
            return
        result = attempt(lambda: run_handler(job))


def run_handler(job):
    set_environment(job["environment"])
    definitions.clear()
    definitions.update(job["definitions"])
    names = dict(recipe_names)
    place, _, last = job["event"].rpartition(".")
    event = object.__new__(getattr(module(place), last))
    event.__dict__.update(job["attributes"], pid=os.getpid())
    start = os.getcwd()
    try:
        call_handler(job["handler"], event, DataSmart(job["handle"]))
    finally:
        os.chdir(start)
        recipe_names.clear()
        recipe_names.update(names)


def attempt(work):
    """None, or what to tell the engine of the failure."""
    try:
        work()
    except BaseException as problem:
        return describe(problem)
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
    return None


def set_environment(wanted):
    os.environ.clear()
    os.environ.update(wanted)


def prepare(job):
    global handlers
    set_environment(job["environment"])
    sys.path[:0] = job["libraries"]
    for folder in job["libraries"]:
        with contextlib.suppress(OSError):
            for entry in os.listdir(folder):
                if os.path.isdir(os.path.join(folder, entry)) or entry.endswith(".py"):
                    library_names[entry.split(".")[0]] = folder
    definitions.update(job["definitions"])
    handlers = job["handlers"]


def main():
    global channel
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape", line_buffering=True)
    channel = Channel(3)
    builtins.bb, builtins.os = bb, os
    logging.setLoggerClass(BBLogger)
    root = logging.getLogger("BitBake")
    root.addHandler(LogHandler())
    root.setLevel(DEBUG)
    root.propagate = False
    module("bb.msg").logger = module("bb.utils").logger = root
    job = ask("hello", list(sys.version_info[:3]))
    prepare(job)
    if job["mode"] == "handlers":
        run_handlers()
    else:
        ask("end", attempt(lambda: run_task(job)))
    os._exit(0)


if __name__ == "__main__":
    main()
