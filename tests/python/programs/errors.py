def attempt(call):
    try:
        print('value', call())
    except Exception as e:
        print(type(e).__name__, '|', e)
nothing = None
for call in [
    lambda: 1 / 0, lambda: 1 // 0, lambda: 1 % 0, lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: int('x'), lambda: int(''), lambda: float('x'),
    lambda: int(None), lambda: 1 << -1, lambda: 'a' * 2.0, lambda: [1] + (2,), lambda: 1 + 'a', lambda: -'a', lambda: 10.0 ** 400, lambda: 2 ** 'a',
    lambda: abs('a'), lambda: 0 ** -1, lambda: int('1' * 5000), lambda: len(str(10 ** 4000)), lambda: str(10 ** 5000), lambda: chr(-1), lambda: ord('ab'), lambda: ord(5),
    lambda: sum(['a'], ''), lambda: min([]), lambda: max(()), lambda: int('5', 99), lambda: int(5, 2), lambda: int(float('nan')), lambda: int(float('inf')),
    lambda: 1 < 'a', lambda: [] < 1, lambda: len(5), lambda: range(1, 2, 0), lambda: list(5), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: {[]: 1}, lambda: set([[]]),
    lambda: '%d' % 'a', lambda: '%s %s' % 1, lambda: '%s' % (1, 2), lambda: '%z' % 1, lambda: '{:d}'.format('a'), lambda: '{:s}'.format(1), lambda: '{'.format(), lambda: '}'.format(), lambda: '{a}'.format(), lambda: '{} {0}'.format(1), lambda: '{}'.format(),
    lambda: 'a'.join([1]), lambda: 'a'.join(5), lambda: 'abc'.index('z'), lambda: [1].index(5), lambda: (1,).index(5), lambda: [1].remove(2), lambda: [].pop(), lambda: [1].pop(7), lambda: {}.pop('a'), lambda: {}.popitem(), lambda: set().pop(), lambda: {1}.remove(2),
    lambda: ''.split(''), lambda: 'a'['b'], lambda: [1]['a'], lambda: {}['k'], lambda: {}[1, 2], lambda: None[0], lambda: 'abc'[5], lambda: (1, 2)[9], lambda: 'abc'[::0],
    lambda: isinstance(1, 5), lambda: zip(5), lambda: sorted([1, 'a']), lambda: 'a' in 5, lambda: 5 in 'abc', lambda: b'a' + 'b', lambda: 'é'.encode('ascii'), lambda: b'\xff'.decode(), lambda: bytes([300]),
    lambda: (1).foo, lambda: [].foo, lambda: {}.foo, lambda: nothing.foo, lambda: object().foo, lambda: hash([]), lambda: reversed(5), lambda: enumerate(5), lambda: 'x'.center(5, 'ab'), lambda: int.foo,
    lambda: [1, 2, 3][1.5], lambda: {1, 2} + {3}, lambda: ~1.5, lambda: not_defined, lambda: [][0], lambda: next(iter([])), lambda: 'x'.encode('utf-8').decode('ascii') + 1,
    lambda: str.upper(5), lambda: list.append((1,), 2), lambda: ''.__nope__, lambda: 5(), lambda: 'a'(), lambda: [i for i in 5], lambda: {**5}, lambda: dict(**{1: 2}), lambda: int(*[1, 2, 3]),
    lambda: '%c' % 'ab', lambda: '%(a)s' % 5, lambda: '%(a)s' % {}, lambda: '%' % (), lambda: 'abc'.split(5), lambda: 'abc'.startswith(5), lambda: 'abc'.find(5), lambda: {}.update(5), lambda: [].extend(5),
]:
    attempt(call)
