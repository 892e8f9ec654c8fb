pv = '1.22.333+gitAUTOINC'; feats = 'x11 wayland opengl'; arch = 'aarch64'
print('.'.join(pv.split('+')[0].split('.')[:2]), pv.partition('+')[2] or 'none', ['no', 'yes']['x11' in feats.split()], 'lib' + {'x86_64': '64', 'aarch64': '64'}.get(arch, ''), '%s-%s' % (arch, {'a': 1}.get('b')), ' '.join(sorted(set(feats.split()) & {'x11', 'opengl'})), arch.replace('aarch64', 'arm64') if arch.startswith('aa') else arch)
print(' '.join('--enable-%s' % f if f in feats.split() else '--disable-%s' % f for f in ('x11', 'directfb')), "%s" % (int(pv.split('.')[1]) >= 22), (lambda v: v[:-1] if v.endswith('/') else v)('a/b/'), 'a:b:c'.split(':')[-1], ','.join(x for x in 'a  b'.split() if x), [x.strip('"') for x in '"a" "b"'.split()], "".join(reversed('abc')), 'abc'[::-1].upper().center(7, '-'))
print(['', '-x'][bool(feats)], (feats or '').split()[0:1], any(f.startswith('way') for f in feats.split()), dict(x.split('=') for x in 'a=1 b=2'.split()), [a for a in 'a,b;c'.replace(';', ',').split(',')], sum(map(int, '1 2 3'.split())), max(map(len, feats.split())), min('1.10 1.9'.split(), key=lambda v: [int(x) for x in v.split('.')]), str(round(1.005 * 100) / 100), 'x' * (3 - 1), 7 // 2, -7 % 3, 2 ** 10)

def variants(v, base=()):
    out = []
    for w in v.split():
        n, _, opt = w.partition(':')
        opts = [o for o in opt.split(',') if o and not o.startswith('!')]
        out.append((n, *base, *opts))
    return out
print(variants('a:b,c d e:!f,g', ('z',)), *variants('q'), sep='\n')
def pkgs(*names, suffix='', **more):
    for i, n in enumerate(names, start=1):
        yield '%02d-%s%s' % (i, n, suffix)
    yield from ('%s=%r' % kv for kv in sorted(more.items()))
print(list(pkgs('a', 'b', suffix='-dev', z=1, y='2')))

conf = {'a': {'b': [1, {'c': 'd'}], 'e': None}, 'f': (1, 2)}
def flat(v, path=()):
    if isinstance(v, dict):
        for k, x in v.items(): yield from flat(x, path + (k,))
    elif isinstance(v, (list, tuple)):
        for i, x in enumerate(v): yield from flat(x, path + (str(i),))
    else: yield '.'.join(path), v
print(dict(flat(conf)))
def merge(a, b):
    r = dict(a)
    for k, v in b.items(): r[k] = merge(r[k], v) if isinstance(v, dict) and isinstance(r.get(k), dict) else v
    return r
print(merge(conf, {'a': {'e': 5, 'n': 1}, 'g': 0}))

import functools
@functools.lru_cache(maxsize=None)
def ways(n, coins=(1, 2, 5)):
    if n == 0: return 1
    if n < 0 or not coins: return 0
    return ways(n - coins[-1], coins) + ways(n, coins[:-1])
print(ways(20))
def topo(deps):
    done, order = set(), []
    def visit(n, chain=()):
        if n in chain: raise ValueError('loop: %s' % ' -> '.join(chain + (n,)))
        if n in done: return
        for m in sorted(deps.get(n, ())): visit(m, chain + (n,))
        done.add(n); order.append(n)
    for n in sorted(deps): visit(n)
    return order
print(topo({'a': {'b', 'c'}, 'b': {'c'}, 'c': set()}))
try: topo({'a': ['b'], 'b': ['a']})
except ValueError as e: print(e)
