def f(kind):
    log = []
    try:
        log.append('try')
        if kind == 1: raise ValueError('v')
        if kind == 2: raise KeyError('k')
        if kind == 3: return log + ['ret']
    except ValueError as e:
        log.append('value %s' % e)
    except (KeyError, IndexError) as e:
        log.append('key %r' % e)
    else:
        log.append('else')
    finally:
        log.append('finally')
    return log
print([f(i) for i in range(4)])
def g():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: break
        finally:
            print('fin', i)
    try:
        return 'a'
    finally:
        print('last')
print(g())
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise RuntimeError('wrapped') from e
except RuntimeError as e:
    print(e, repr(e.__cause__), repr(e.__context__))
try:
    try:
        {}['x']
    except KeyError:
        int('x')
except ValueError as e:
    print(e, repr(e.__context__))
try:
    raise ValueError
except ValueError as e:
    print(repr(e), e.args)
class My(Exception):
    def __init__(self, a, b=2):
        super().__init__(a)
        self.b = b
    def __str__(self): return 'My(%s,%s)' % (self.args[0], self.b)
try:
    raise My('x', b=3)
except Exception as e:
    print(e, e.b, isinstance(e, My), type(e).__name__, type(e))
try:
    raise My
except TypeError as e:
    print(e)
try:
    raise 'x'
except TypeError as e:
    print(e)

class M:
    def __init__(self, n, swallow=False): self.n = n; self.swallow = swallow
    def __enter__(self): print('enter', self.n); return self.n
    def __exit__(self, t, v, tb): print('exit', self.n, t and t.__name__, v); return self.swallow
with M(1) as a, M(2) as b:
    print(a, b)
with M(3, True):
    raise ValueError('x')
print('after')
try:
    with M(4):
        raise KeyError('k')
except KeyError:
    print('caught')
def f():
    with M(5):
        return 'r'
print(f())
with (M(6) as x, M(7)): print(x)
import contextlib
@contextlib.contextmanager
def cm(v):
    print('in')
    try:
        yield v
    finally:
        print('out')
with cm(9) as q: print(q)
with contextlib.suppress(KeyError): {}['x']
