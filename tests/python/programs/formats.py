print('%-10s|%10s|%.3s|%-8.2s|' % ('abc', 'def', 'ghijk', 'xyz'))
print('%5.1f|%-8.3f|%+.2e|%08.2f|% d|% d' % (3.14159, 2.5, 12345.678, -3.5, 5, -5))
print('%x %X %#o %#X %c %c %r %a' % (255, 255, 8, 255, 'x', 97, 'é', 'é'))
print('%(name)-5s|%(n)03d|%(n)s' % {'name': 'ab', 'n': 7})
print('%*d|%-*d|%.*f' % (6, 42, 6, 42, 2, 3.14159))
print('%s %s' % ('a', ['b', 'c']), '%%' % (), '100%%')
print('%i %u' % (3, 4), '%5s%%' % 50, '%g %g %g' % (1e10, 1e-10, 100000.0))
print('%s' % {'a': 1}, '%s' % (('x', 'y'),))
try:
    print('%d' % '3')
except TypeError as e:
    print(e)
try:
    print('%s %s' % ('a',))
except TypeError as e:
    print(e)
try:
    print('%s' % ('a', 'b'))
except TypeError as e:
    print(e)
try:
    print('%(a)s' % ('a', 'b'))
except TypeError as e:
    print(e)

class P:
    x = 3
    def __init__(self):
        self.y = [10, {'k': 'v'}]
p = P()
print('{0.x} {0.y[0]} {0.y[1][k]} {p.x:>4}'.format(p, p=p))
print('{:>10}|{:<10}|{:^10}|{:*^10}|{:=+8d}'.format('a', 'b', 'c', 'd', 42))
print('{:,} {:_} {:#x} {:#b} {:08b} {:e} {:.3g} {:%}'.format(1234567, 1234567, 255, 5, 5, 12345.6789, 0.00012345, 0.256))
print('{:{w}.{p}f}|{!r:>8}|{!s:<5}|'.format(3.14159, 'q', 7, w=10, p=2))
print('{0!r} {0!s} {0!a}'.format('é'))
print('{} {} {x}'.format(*[1, 2], **{'x': 3}))
print('{{}} {{{}}}'.format('a'))
for bad in ('{', '}', '{0} {}', '{x}', '{5}', '{:d}', '{!z}', '{0.nope}', '{0[9]}'):
    try:
        print(bad.format('a'))
    except Exception as e:
        print(type(e).__name__, e)

name = 'pkg'; n = 42; f = 3.14159; w = 12; d = {'k': 'v', 'a b': 1}
print(f'{name!r:>{w}}|{n:0{w}d}|{f:{w}.{2}f}|{n=}|{f=:.2f}|{name = !s}|{name=}')
print(f"{d['k']} {d['a b']} {'x' if n else 'y'} {[i for i in range(3)]} {n:,} {n:#x} {n:b}")
print(f'{{literal}} {n}{{}} {(lambda x: x * 2)(n)} {n + 1 = } {"nested " + f"{n}"}')
print(f'{name:s} {name.upper()!r} {n!s:>5} {n > 3} {n:>+6} {None} {True:d} {1.0} {1e100}')
print(f'''multi
{n}
line''' f' joined {n}' ' plain')
print(rf'\d{n}\n', fr'\w+{name}', f'\t{n}\x41\u00e9')
print(f'{n:{"0"}{"5"}}', f'{"a":{"*"}^{9}}')
