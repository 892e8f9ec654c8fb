class Base:
    kind = 'base'
    instances = 0

    def __init__(self, name):
        self.name = name
        Base.instances += 1

    def describe(self):
        return '%s:%s' % (self.kind, self.name)

    @property
    def upper(self):
        return self.name.upper()

    @upper.setter
    def upper(self, value):
        self.name = value.lower()

    @staticmethod
    def util(x):
        return x * 2

    @classmethod
    def make(cls, name):
        return cls(name + '!')

    def __repr__(self):
        return 'Base(%r)' % self.name

    def __eq__(self, other):
        return isinstance(other, Base) and self.name == other.name

    def __lt__(self, other):
        return self.name < other.name

    def __hash__(self):
        return hash(self.name)

class Child(Base):
    kind = 'child'

    def __init__(self, name, extra=None):
        super().__init__(name)
        self.extra = extra

    def describe(self):
        return 'c-' + super().describe()

b = Base('x')
c = Child('y', extra=[1])
print(b.describe(), c.describe(), c.upper, c.extra, Base.instances)
c.upper = 'ZED'
print(c.name, Base.util(4), c.util(5), Child.make('n').describe(), Child.make('k'))
print(isinstance(c, Base), isinstance(b, Child), issubclass(Child, Base), type(c).__name__, type(c) is Child)
print(Base('a') == Base('a'), Base('a') != Base('b'), Base('a') in [Base('a')], len({Base('a'), Base('a')}))
print(sorted([Base('q'), Base('b')]), max(Base('q'), Base('b')))
print(str(b), '%s' % b, f'{b}', '{}'.format(b), [b])
class Vec:
    def __init__(self, *v): self.v = list(v)
    def __len__(self): return len(self.v)
    def __getitem__(self, i): return self.v[i]
    def __setitem__(self, i, x): self.v[i] = x
    def __delitem__(self, i): del self.v[i]
    def __iter__(self): return iter(self.v)
    def __contains__(self, x): return x == 'magic' or x in self.v
    def __add__(self, o): return Vec(*(self.v + list(o)))
    def __radd__(self, o): return ('radd', o)
    def __iadd__(self, o):
        self.v.append(o)
        return self
    def __neg__(self): return Vec(*[-x for x in self.v])
    def __call__(self, *a, **k): return a, k
    def __bool__(self): return bool(self.v)
    def __str__(self): return 'Vec' + str(self.v)
    def __format__(self, spec): return 'F' + spec
    def __getattr__(self, name):
        if name.startswith('dyn_'):
            return name[4:]
        raise AttributeError(name)
v = Vec(1, 2, 3)
v[0] = 9
del v[1]
print(len(v), v[0], v[-1], list(v), 3 in v, 'magic' in v, str(v + [4]), 5 + v, str(-v), v(1, a=2))
v += 7
print(str(v), bool(Vec()), f'{v:abc}', v.dyn_x, hasattr(v, 'nope'), getattr(v, 'nope', 'd'), v[0:2])
first, *rest = v
print(first, rest)
class Diamond1:
    def who(self): return ['base']
class Left(Diamond1):
    def who(self): return ['left'] + super().who()
class Right(Diamond1):
    def who(self): return ['right'] + super().who()
class Both(Left, Right):
    def who(self): return ['both'] + super().who()
print(Both().who(), [k.__name__ for k in Both.__mro__])
class Ctx:
    def __init__(self, swallow): self.swallow = swallow
    def __enter__(self): return 'value'
    def __exit__(self, t, e, tb):
        print('exit', t.__name__ if t else None, e)
        return self.swallow
with Ctx(True) as val:
    print(val)
    raise ValueError('swallowed')
with Ctx(False), Ctx(False) as w:
    print('ok', w)
class D(dict):
    def __missing__(self, key):
        return key * 2
    def extra(self):
        return len(self)
d = D(a=1)
d['b'] = 2
print(d['zz'], d, d.extra(), isinstance(d, dict), d == {'a': 1, 'b': 2}, sorted(d))
class L(list):
    def first(self): return self[0]
    def append(self, x):
        super().append(x * 10)
l = L([1, 2])
l.append(3)
print(l, l.first(), len(l), l + [1])
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration
        return self.n
print(list(It()), sum(It()), list(zip(It(), 'abcdef')))
setattr(b, 'z', 5)
print(b.z, getattr(b, 'z'), vars(b) == {'name': 'x', 'z': 5}, callable(v), callable(b))
del b.z
try:
    b.z
except AttributeError as e:
    print(e)
try:
    Base.nothing
except AttributeError as e:
    print(e)
try:
    Base()
except TypeError as e:
    print(e)
try:
    object().x = 1
except AttributeError as e:
    print(e)
class P:
    @property
    def ro(self): return 1
try:
    P().ro = 2
except AttributeError as e:
    print(e)
print(P.__name__, Base.describe(Base('unbound')), (lambda s: s.kind)(Child))
class E:
    def __eq__(self, o): return True
try:
    {E(): 1}
except TypeError as e:
    print(e)
print(type(1), type('a'), type(None), type([]), type(Base), Base, type(ValueError()), int, type(len).__name__)
