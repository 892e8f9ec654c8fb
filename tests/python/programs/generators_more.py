def count(n):
    i = 0
    while i < n:
        got = yield i
        if got: i = got
        else: i += 1
    return 'done'
g = count(5); print(next(g), next(g), g.send(3), list(g))
def outer():
    r = yield from count(2)
    yield r
print(list(outer()), list(x for x in outer() if x), sum(count(4)))
def inf():
    n = 0
    while True:
        yield n
        n += 1
import itertools
print(list(itertools.islice(inf(), 2, 8, 2)), next((x for x in inf() if x > 10)), list(zip(inf(), 'ab')))
def clean():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print('closed')
        raise
    finally:
        print('finally')
g = clean(); next(g); g.close()
g = clean(); next(g)
try:
    g.throw(ValueError('boom'))
except ValueError as e:
    print('got', e)
try:
    next(iter([]))
except StopIteration as e:
    print('stop', e.value)
g = count(1)
next(g)
try:
    next(g)
except StopIteration as e:
    print(e.value)
