# Solves what roots ask for, with dnf's library, over copies of indexes that were verified before. It reads JSON on standard
# input and writes JSON on standard output; paths are relative to the working directory, and nothing is fetched.
#
#   in:  {"arch", "release", "modulePlatform", "modules": [STREAM], "repositories": [ID],
#        "roots": {ROOT: {"words": [WORD], "on": ROOT, "requires": [REQUIREMENT]}}   REQUIREMENT: of a spec file, `a >= 1.0`;
#            of a root that is laid over another (`on`) the answer is what that one lacks
#        "keep": [{"name", "arch", "version"}]}   packages that stay at their version where it is still there
#        repositories/ID holds the copy; the first repository counts where several have the same version
#   out: {ROOT: {"packages": [{"name", "epoch", "version", "release", "arch", "repository"}], "askedAs": {WORD: [NAME]}}}
#        or {ROOT: {"error": TEXT}}
import json
import os
import sys

import dnf
import dnf.conf
import dnf.exceptions
import dnf.module.module_base
import dnf.selector
import dnf.subject


def prepare(base, request):
    conf = base.conf
    here = os.getcwd()
    conf.config_file_path = os.devnull
    conf.reposdir = []
    conf.varsdir = []
    conf.pluginpath = []
    conf.plugins = False
    for name in ("installroot", "persistdir", "cachedir", "logdir"):
        os.makedirs(os.path.join(here, "state", name), exist_ok=True)
        setattr(conf, name, os.path.join(here, "state", name))
    conf.substitutions["releasever"] = request["release"]
    conf.arch = request["arch"]
    conf.ignorearch = True
    conf.install_weak_deps = False
    conf.best = True
    conf.skip_if_unavailable = False
    conf.module_platform_id = request["modulePlatform"]
    for order, name in enumerate(request["repositories"]):
        url = "file://" + os.path.join(here, "repositories", name)
        repo = base.repos.add_new_repo(name, conf, baseurl=[url])
        repo.cost = 1000 + order
        repo.load_metadata_other = False
        if not request["modulePlatform"]:
            repo.module_hotfixes = True
    base.fill_sack(load_system_repo=False)
    base.read_comps(arch_filter=True)
    if request["modules"]:
        dnf.module.module_base.ModuleBase(base).enable(request["modules"])
    for each in request["keep"]:
        same = base.sack.query().filter(name=each["name"], arch=each["arch"])
        others = [one for one in same if full_version(one) != each["version"]]
        if len(others) < len(same):
            base.sack.add_excludes(others)


def full_version(package):
    epoch = "" if package.epoch == 0 else "%s:" % package.epoch
    return "%s%s-%s" % (epoch, package.version, package.release)


# What builds a source package asks by provides, some with conditions that only the solver can judge: `(a if b)`.
def require(base, text):
    selector = dnf.selector.Selector(base.sack)
    if text.startswith("/"):
        selector.set(file=text)
    else:
        selector.set(provides=text)
    if not selector.matches() and not text.startswith("("):
        raise dnf.exceptions.Error("nothing provides %s" % text)
    base.goal.install(select=selector, optional=False)


# A package as a word that fits it alone.
def exact(package):
    return "%(name)s-%(epoch)s:%(version)s-%(release)s.%(arch)s" % package


def solve(request, root, below):
    words = root["words"]
    # With a configuration of its own it does not look for a release in the rpm database of where it runs.
    base = dnf.Base(dnf.conf.Conf())
    try:
        prepare(base, request)
        base.install_specs([exact(each) for each in below] + words)
        for text in root["requires"]:
            require(base, text)
        base.resolve()
        chosen = sorted(base.transaction.install_set, key=lambda each: (each.name, str(each)))
        there = {exact(each) for each in below}
        packages = [each for each in map(describe, chosen) if exact(each) not in there]
        return {"packages": packages, "askedAs": asked_as(base, words, chosen)}
    except dnf.exceptions.Error as error:
        return {"error": str(error)}
    finally:
        base.close()


def describe(package):
    return {
        "name": package.name,
        "epoch": str(package.epoch),
        "version": package.version,
        "release": package.release,
        "arch": package.arch,
        "repository": package.reponame,
    }


# Which of the chosen packages answer to a word that is not the name of one of them.
def asked_as(base, words, chosen):
    names = {each.name for each in chosen}
    answers = {}
    for word in words:
        if word in names or word.startswith("@"):
            continue
        found = set(dnf.subject.Subject(word).get_best_query(base.sack))
        answers[word] = sorted({each.name for each in chosen if each in found})
    return answers


def solve_all(request):
    answers = {}

    def packages_of(name):
        answer = answer_of(name)
        return packages_of_base(name) + answer.get("packages", [])

    def packages_of_base(name):
        below = request["roots"].get(name, {}).get("on")
        return packages_of(below) if below in request["roots"] else []

    def answer_of(name):
        if name not in answers:
            answers[name] = solve(request, request["roots"][name], packages_of_base(name))
        return answers[name]

    return {name: answer_of(name) for name in request["roots"]}


def main():
    request = json.load(sys.stdin)
    # What dnf says goes to standard error.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    json.dump(solve_all(request), output)
    output.close()


main()
