import functools
import operator
from functools import reduce, partial, cmp_to_key, lru_cache, wraps, total_ordering
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(operator.mul, [1, 2, 3], 10))
try:
    reduce(operator.add, [])
except TypeError as e:
    print(e)
p = partial(int, base=2)
print(p('101'), partial(pow, 2)(5), p.keywords, partial(print, 'a').args)
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
calls = []
@lru_cache(maxsize=None)
def fib(n):
    calls.append(n)
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(30), len(calls))
@lru_cache
def once(x):
    calls.append('once')
    return x
print(once(1), once(1), calls.count('once'))
def deco(fn):
    @wraps(fn)
    def inner(*args, **kw):
        "inner doc"
        return fn(*args, **kw)
    return inner
@deco
def documented(a):
    "the doc"
    return a
print(documented(1), documented.__name__, documented.__doc__)
@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
print(V(1) <= V(2), V(2) > V(1), V(1) >= V(1), V(1) > V(1))
class C:
    hits = 0
    @functools.cached_property
    def value(self):
        C.hits += 1
        return 42
c = C()
print(c.value, c.value, C.hits)
print(operator.itemgetter(1)('abc'), operator.itemgetter('a', 'b')({'a': 1, 'b': 2}), operator.attrgetter('hits')(c), operator.methodcaller('upper')('x'), operator.contains([1], 1), operator.not_(0), operator.getitem([5], 0), operator.truediv(1, 2), operator.lt(1, 2), operator.concat('a', 'b'))
print(sorted([('b', 1), ('a', 2)], key=operator.itemgetter(1, 0)), max([{'v': 1}, {'v': 3}], key=lambda d: d['v']))
