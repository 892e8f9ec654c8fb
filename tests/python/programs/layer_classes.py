class Base:
    kind = None
    registry = {}
    _cache = None
    def __init_subclass__(cls): Base.registry[cls.__name__] = cls
    @classmethod
    def make(cls, *a): return cls(*a)
    @property
    def label(self): return self.kind or 'none'
    def __eq__(self, o): return type(self) is type(o) and self.label == o.label
    def __hash__(self): return hash(self.label)
class A(Base): kind = 'a'
class B(A):
    def __init__(self, n=None): self.n = n
print(Base.kind, Base._cache is None, A().label, Base().label, B.make(3).n, sorted(Base.registry), B().kind, B() == B(), A() != Base(), len({A(), A()}), hasattr(Base, 'kind'), getattr(Base, 'kind', 'x'), B.__mro__[2].__name__, super(B, B()).label)
def outer():
    none = None
    class In:
        v = none
        w = none or 'w'
    return In.v, In.w
print(outer())
from collections import namedtuple
N = namedtuple('N', 'a b', defaults=[5]); print(N(None), N(1, None), N(1)._replace(a=None))

class Count:
    def __init__(self, n): self.n = n
    def __iter__(self): self.i = 0; return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
class Seq:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
    def __len__(self): return 3
    def __reversed__(self): return iter([20, 10, 0])
print(list(Count(3)), sum(Count(4)), [*Seq()], 10 in Seq(), list(reversed(Seq())), dict(zip(Count(2), 'ab')), max(Count(5)), *Count(2)); a, b, c = Seq(); print(a, b, c, iter(Count(1)).__class__.__name__, next(iter(Count(2))), list(iter(lambda it=iter([1, 2, 0, 3]): next(it), 0)))

def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    inc.reset = lambda: None
    return inc
c = counter(); print(c(), c(5), c(by=2), hasattr(c, 'reset'))
def trace(prefix):
    def deco(f):
        def inner(*a, **k):
            r = f(*a, **k)
            return f'{prefix}{f.__name__}{a}{k}={r}'
        return inner
    return deco
@trace('> ')
def add(a, b=1): return a + b
print(add(1), add(1, b=5)); ops = {'+': lambda a, b: a + b, '*': lambda a, b: a * b}; print([ops[o](3, 4) for o in '+*'])
print((lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4), (lambda x, y=(1, 2), *, z: (x, y, z))(0, z=1), list(map(lambda p: p[0] + p[1], zip([1, 2], [3, 4]))), [f(2) for f in [(lambda n: lambda x: x * n)(i) for i in range(3)]])
