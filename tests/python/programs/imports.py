import os
import os.path
import re as regex
from os.path import join, basename as base
from re import sub
print(os.path.join('a', 'b'), join('x', 'y'), base('/a/b.c'), sub('a', 'b', 'aa'), regex.match('a', 'ab').group())
def inner():
    import os.path as p
    return p.splitext('a.tar.gz')
print(inner(), os.sep, os.path.dirname('/a/b/c'), os.path.normpath('/a/../b//c/.'), os.path.relpath('/a/b', '/a/c'), os.path.isabs('/x'), os.path.split('/a/b'), os.path.commonpath(['/a/b', '/a/c']), os.path.commonprefix(['abc', 'abd']))
for p in ['', '/', '//', 'a', 'a/', '/a', 'a//b', '.', '..', 'a/..', '/..', './a', '.b', 'a.b/c', '...', 'a/.b.c']:
    print(repr(p), os.path.normpath(p), os.path.split(p), os.path.splitext(p), os.path.basename(p), os.path.dirname(p), os.path.join(p, 'z'), os.path.join('q', p))
