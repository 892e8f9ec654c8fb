class Single:
    _inst = None
    def __new__(cls, *args):
        if not cls._inst: cls._inst = object.__new__(cls)
        return cls._inst
    def __init__(self, *args): self.args = args
print(Single(1) is Single(2), Single(3).args)
class Base:
    def __new__(cls, *a, **k):
        self = super().__new__(cls); self.made = cls.__name__
        return self
class Sub(Base):
    def __new__(cls, x):
        if x < 0: return None
        return super().__new__(cls, x)
    def __init__(self, x): self.x = x
print(Sub(1).made, Sub(1).x, Sub(-1), Base(1, 2).made)
class Pair(tuple):
    def __new__(cls, a, b): return super().__new__(cls, (a, b))
    @property
    def first(self): return self[0]
    def __repr__(self): return 'Pair' + super().__repr__()
p = Pair(1, 2); a, b = p; print(p, p.first, a, b, p == (1, 2), len(p), isinstance(p, tuple), {p: 1}[(1, 2)], p + (3,), '%s-%s' % p)
class Names(frozenset):
    def text(self): return ' '.join(sorted(self))
print(Names('ba').text(), Names(['x']) == {'x'}, sorted(Names('ab') | {'z'}))
class Attr(dict):
    def __getattr__(self, k):
        try: return self[k]
        except KeyError: raise AttributeError(k)
    def __setattr__(self, k, v): self[k] = v
a = Attr(x=1); a.y = 2; print(a, a.x, a.y, hasattr(a, 'zz'), a.get('zz', 0), len(a), sorted(a))
class Log(list):
    def add(self, *w): self.extend(w); return self
print(Log().add(1, 2), Log([3]) + [4], Log('ab').add('c')[1:])

from abc import ABC, ABCMeta, abstractmethod
class M(metaclass=ABCMeta):
    @abstractmethod
    def f(self): ...
class I(M):
    def f(self): return 'f'
print(I().f(), isinstance(I(), M))
