def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return 'done'
print(list(count(3)), sum(count(5)))
def chain(*its):
    for it in its:
        yield from it
print(list(chain('ab', [1, 2], count(2))))
def delegating():
    result = yield from count(2)
    print('result', result)
    yield 'end'
print(list(delegating()))
def echo():
    received = []
    while True:
        value = yield len(received)
        if value is None:
            return received
        received.append(value)
g = echo()
print(next(g), g.send('a'), g.send('b'))
try:
    next(g)
except StopIteration as e:
    print('stop', e.value)
def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print('closed')
        raise
    finally:
        print('finally')
g = closing()
next(g)
g.close()
def catching():
    while True:
        try:
            yield 'ready'
        except ValueError as e:
            yield 'caught %s' % e
g = catching()
print(next(g), g.throw(ValueError('x')), next(g))
log = []
def lazy():
    for i in range(5):
        log.append(i)
        yield i
print(any(x > 1 for x in lazy()), log)
it = iter([1, 2, 3])
print(next(it), list(it), next(it, 'default'))
gen = (x * y for x in range(3) for y in range(x))
print(list(gen), list(gen))
def tree(t):
    if isinstance(t, list):
        for x in t:
            yield from tree(x)
    else:
        yield t
print(list(tree([1, [2, [3, []], 4]])))
def ctx():
    with Manager('m') as m:
        yield m
class Manager:
    def __init__(self, n): self.n = n
    def __enter__(self):
        print('enter', self.n)
        return self
    def __exit__(self, *a):
        print('exit', a[0])
for m in ctx():
    print(m.n)
def bad():
    yield 1
    raise StopIteration
try:
    list(bad())
except RuntimeError as e:
    print(e)
a, *b = count(4)
print(a, b, 3 in count(5), max(count(4)), dict(zip('ab', count(9))), tuple(count(2)), set(count(2)))
def early():
    return
    yield
print(list(early()))
