def classify(url):
    match url.split('://', 1):
        case ['file', path] if path.endswith(('.patch', '.diff')): return 'patch', path
        case ['file', path]: return 'file', path
        case [('http' | 'https') as scheme, rest]: return scheme, rest.split('/')[0]
        case [only]: return 'bare', only
        case _: return None
print([classify(u) for u in ('file://a.patch', 'file://b', 'https://h/x', 'x', 'git://a')])
def cfg(d):
    match d:
        case {'type': 'git', 'rev': str(r), **rest}: return r, sorted(rest)
        case {'type': ('http' | 'ftp') as t}: return t
        case []: return 'empty'
        case [int(x), int(y)] | (x, y, _): return x, y
        case None | False: return 'nothing'
        case float() as f if f > 1: return f
        case b'raw': return 'bytes'
        case -1: return 'minus'
    return 'no'
print([cfg(x) for x in ({'type': 'git', 'rev': 'a', 'b': 1}, {'type': 'ftp'}, [], [1, 2], ('a', 'b', 'c'), None, False, 2.5, 0.5, b'raw', -1, 'zz', {'type': 'git'})])

class P:
    __match_args__ = ('x', 'y')
    def __init__(self, x, y): self.x, self.y = x, y
def f(v):
    match v:
        case 0 | 1: return 'small'
        case 'a' as s: return s
        case None | True: return 'single'
        case []: return 'empty'
        case [1, *rest]: return rest
        case (a, b) if a == b: return 'same'
        case [_, [x, *_], *_]: return x
        case {'k': v, **r}: return v, r
        case {'q': [1, z]}: return z
        case P(1, y): return y
        case P(x=2): return 'p2'
        case str(s) if s.startswith('z'): return 'z' + s
        case int() | float(): return 'num'
        case -5: return 'neg'
        case _: return 'other'
print([f(v) for v in (0, 1, 'a', None, True, [], [1, 2, 3], (2, 2), [5, [6, 7], 8], {'k': 1, 'm': 2}, {'q': [1, 9]}, P(1, 7), P(2, 0), P(3, 3), 'zed', 55, 2.5, -5, 'other', {}, set())])
match 5:
    case x: print(x)
def g(items):
    for i in items:
        match i:
            case 'stop': break
            case int(n): yield n
            case [a, b]:
                got = yield a
                print('got', got, b)
                continue
        print('next')
it = g([1, ['p', 'q'], 'x', 'stop', 5]); print(next(it), next(it), it.send('S') if False else list(it))
match {'a': {'b': [1, 2]}}:
    case {'a': {'b': [*xs]}}: print(xs)
def h(c):
    match c.split():
        case ['go', ('n' | 's') as d]: return d
        case [cmd, *args]: return cmd, args
print(h('go n'), h('go x'), h('get a b'))
