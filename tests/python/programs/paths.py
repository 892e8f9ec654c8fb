import os, os.path as p
print(p.join('/a', 'b', '..', 'c'), p.join('a', '/b'), p.join('', 'a'), p.join('a', ''), p.normpath('a//b/../c/./'), p.normpath('//a'), p.normpath(''), p.basename('/a/b/'), p.dirname('/a/b/'), p.split('/a/b'), p.splitext('a.tar.gz'), p.splitext('.bashrc'), p.splitext('a/.b.c'))
print(p.relpath('/a/b', '/a/c/d'), p.relpath('/a', '/a'), p.commonprefix(['/abc', '/abd']), p.commonpath(['/a/b', '/a/c']), p.isabs('a'), p.isabs('/a'), os.sep, os.pathsep, os.linesep == '\n', os.curdir, os.pardir, p.sep)
try:
    p.commonpath(['/a', 'b'])
except ValueError as e: print(e)
try:
    p.commonpath([])
except ValueError as e: print(e)
try:
    p.join('a', None)
except TypeError as e: print(e)
try:
    p.basename(None)
except TypeError as e: print(e)
print(p.normcase('A/b'), p.splitdrive('/a'), os.fspath('x'), p.relpath('/a/b/c', start='/a'), os.path.join(*['a', 'b']))
