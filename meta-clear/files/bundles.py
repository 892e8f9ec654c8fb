# Writes manifests of bundles, in swupd's text form, of a root of rpm packages.
#
#   bundles.py ROOT OUTPUT VERSION TIME [BUNDLE=PACKAGE,PACKAGE...]... < LINES
#
# LINES, one a file: package, path and rpm's flags, with tabs between. `@FILE` instead of a package: all that FILE, packages.json of a
# feed, describes; a feed without that file has none. A package that no bundle names is of `os-core`, which every other bundle includes;
# a bundle without a package in the root is left out. What a package only claims (flag `g`, ghost) is state of a system and in no
# bundle. Hashes are SHA-256 of what a file is (its kind, mode, and contents or target), not swupd's own: the manifests describe,
# nothing is updated by them.
import hashlib
import json
import os
import stat
import sys


def entry(root, path):
    full = root + path
    try:
        found = os.lstat(full)
    except FileNotFoundError:
        return None
    kind = {stat.S_IFDIR: "D", stat.S_IFLNK: "L"}.get(stat.S_IFMT(found.st_mode), "F")
    digest = hashlib.sha256(("%s %o\n" % (kind, found.st_mode & 0o7777)).encode())
    if kind == "L":
        digest.update(os.readlink(full).encode())
    elif kind == "F":
        with open(full, "rb") as file:
            for chunk in iter(lambda: file.read(1 << 20), b""):
                digest.update(chunk)
    return kind, digest.hexdigest(), found.st_size if kind == "F" else 0


def names_of(word):
    if not word.startswith("@"):
        return [word] if word else []
    if not os.path.exists(word[1:]):
        return []
    with open(word[1:]) as file:
        return [each["package"] for each in json.load(file)]


def manifest(fields, lines):
    head = ["MANIFEST\t30"] + ["%s:\t%s" % field for field in fields]
    return "\n".join(head + [""] + ["\t".join(line) for line in lines]) + "\n"


def main():
    root, output, version, time = sys.argv[1:5]
    bundles = {"os-core": set()}
    owners = {}
    for word in sys.argv[5:]:
        name, _, packages = word.partition("=")
        owners.update({package: name for each in packages.split(",") for package in names_of(each)})
    for line in sys.stdin:
        name, path, flags = line.rstrip("\n").split("\t")
        bundle = bundles.setdefault(owners.get(name, "os-core"), set())
        if "g" not in flags:
            bundle.add(path)
    sums = []
    for name in sorted(bundles):
        if name != "os-core":
            bundles[name] -= bundles["os-core"]
        found = [(path, entry(root, path)) for path in sorted(bundles[name])]
        lines = [(kind[0] + "...", kind[1], version, path) for path, kind in found if kind]
        fields = [("version", version), ("previous", "0"), ("minversion", "0"), ("filecount", len(lines)), ("timestamp", time)]
        fields.append(("contentsize", sum(kind[2] for _, kind in found if kind)))
        fields += [("includes", "os-core")] if name != "os-core" else []
        text = manifest(fields, lines)
        with open(os.path.join(output, "Manifest." + name), "w") as file:
            file.write(text)
        sums.append(("M...", hashlib.sha256(text.encode()).hexdigest(), version, name))
    fields = [("version", version), ("previous", "0"), ("minversion", "0"), ("filecount", len(sums)), ("timestamp", time), ("contentsize", "0")]
    with open(os.path.join(output, "Manifest.MoM"), "w") as file:
        file.write(manifest(fields, sums))


main()
