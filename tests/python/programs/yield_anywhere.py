def lines(text):
    pending = None
    for l in text.splitlines():
        cmd = yield (pending, l) if pending else l
        pending = cmd and cmd.upper()
    return pending
g = lines('a\nb\nc'); print(next(g), g.send('x'), g.send(None))
try: g.send('end')
except StopIteration as e: print(e.value)
def collect():
    got = []
    while (v := (yield len(got))) is not None: got.append(v)
    return got
def wrap(): result = yield from collect(); yield ['result', *result]
w = wrap(); next(w); print(w.send('a'), w.send('b'), w.send(None))
def table(): return {k: v for k, v in zip('ab', (yield))}
t = table(); next(t)
try: t.send([1, 2])
except StopIteration as e: print(e.value)
def compare(): print((yield 'l') < (yield 'r'), f'{(yield "f")!r:>5}', [*(yield 's')], (yield 'k')[(yield 'i'):])
g = compare(); print(next(g), g.send(1), g.send(2), g.send('q'), g.send('xy'), g.send('abc'))
try: g.send(1)
except StopIteration: pass
def tries():
    try: x = int((yield 'n'))
    except ValueError as e: yield 'bad ' + (yield str(e))
    else: yield x + (yield 'more')
    finally: print('done', (yield 'fin'))
g = tries(); print(next(g), g.send('q'), g.send('!'), next(g), list(g))

def g():
    x = (yield 1) + (yield 2)
    print('x', x)
    y = [(yield 3), (yield 4)]
    print('y', y)
    print('call', (yield 5), k=(yield 6)) if False else None
    if (yield 7) and (yield 8):
        print('both')
    while (yield 9):
        print('loop')
    for i in (yield 10):
        print('item', i)
    z = {'a': (yield 11)}['a']
    print(z, f'{(yield 12)}')
    return (yield 13) or 'end'
it = g()
sent = None
vals = iter([10, 20, 'p', 'q', True, False, True, False, 'ab', 'z', 'f', 0])
try:
    v = next(it)
    while True:
        print('yielded', v)
        v = it.send(next(vals))
except StopIteration as e:
    print('value', e.value)
