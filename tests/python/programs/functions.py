def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw
print(f(1, c=3), f(1, 5, 6, 7, c=3, z=9), f(*[1, 2], **{'c': 0, 'q': 1}))
def g(a, /, b, *, c=1):
    return a, b, c
print(g(1, b=2), g(1, 2, c=3))
def default(x, acc=[]):
    acc.append(x)
    return acc
default(1)
print(default(2))
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    return inc
c = counter()
c()
print(c(5), counter()())
total = 0
def add(n):
    global total_sum
    total_sum = n
add(5)
print(total_sum)
compose = lambda *fs: lambda x: [fn(x) for fn in fs]
print(compose(str, abs, lambda v: v ** 2)(-3))
def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)
print(fact(25))
def deco(prefix):
    def wrap(fn):
        def inner(*a, **k):
            return prefix + fn(*a, **k)
        return inner
    return wrap
@deco('<')
@deco('>')
def hello(name='w'):
    "doc"
    return name
print(hello(), hello('z'), hello.__name__)
def errors(call):
    try:
        call()
    except TypeError as e:
        print(e)
def two(a, b): pass
def kwonly(*, k): pass
errors(lambda: two())
errors(lambda: two(1))
errors(lambda: two(1, 2, 3))
errors(lambda: two(1, 2, c=3))
errors(lambda: two(1, a=2))
errors(lambda: kwonly())
errors(lambda: kwonly(1))
errors(lambda: default())
errors(lambda: default(1, 2, 3))
errors(lambda: (5)())
errors(lambda: len())
fs = [lambda: i for i in range(3)]
print([fn() for fn in fs])
fs = [lambda i=i: i for i in range(3)]
print([fn() for fn in fs])
def outer():
    x = 'outer'
    class C:
        x = 'class'
        def m(self):
            return x
    return C().m(), C.x
print(outer())
def doc():
    """text"""
print(doc.__doc__, doc.__name__)
def noreturn(): pass
print(noreturn())
print(two.__qualname__, counter().__qualname__)
