d = {'a': 1, 'b': 2}
d.update(c=3, **{'d': 4}); d |= {'e': 5}; print(d, d | {'a': 0}, {**d, 'z': 26})
print(d.setdefault('a', 9), d.setdefault('q', []), d.pop('q'), d.pop('nope', None), d.popitem(), list(d), 'a' in d, d.get('zz', 'dflt'))
print(d.keys() & {'a', 'x'}, sorted(d.keys() | {'x'}), d.keys() - {'a'} == {'b', 'c', 'd'}, list(reversed(d)), d.items() >= {('a', 1)})
print(dict.fromkeys('ab', 0), dict.fromkeys([1, 2]), dict(zip('ab', [1, 2])), dict([['x', 1]]), dict(a=1), d == dict(d), d.copy() is d)
del d['a']; print(d, len(d))
try:
    d['nope']
except KeyError as e:
    print(repr(e), e.args, str(e))
try:
    for k in d: d[k + 'x'] = 1
except RuntimeError as e:
    print(e)
print({1: 'a', 1.0: 'b', True: 'c'}, {(1, 2): 3}[1, 2], {'x': {'y': 1}}['x']['y'])
try:
    {}[[]]
except TypeError as e:
    print(e)
a = {'x': [1]}; b = a.copy(); b['x'].append(2); print(a, list(a.values()), [*a.items()])
print(str(d.items()), d.keys(), d.values())

a = {1, 2, 3}; b = {2, 3, 4}
print(a & b, a | b, a - b, a ^ b, a <= b, a < a | b, a.isdisjoint({9}), a.union([7], (8,)), a.intersection([1], {1, 2}), a.difference([1]))
a.add(5); a.discard(1); a.remove(2); a.update([9], {10}); print(sorted(a)); a &= {3, 5}; a -= {5}; a |= {6}; a ^= {3, 7}; print(sorted(a))
print(frozenset('ab') == {'a', 'b'}, {frozenset([1]): 'x'}[frozenset({1})], len(set()), set() == frozenset(), a.copy() == a, a.pop() in (6, 7))
try:
    a.remove('zz')
except KeyError as e:
    print(e)
try:
    {1} | [2]
except TypeError as e:
    print(e)
try:
    {[]}
except TypeError as e:
    print(e)
s = set('abc'); s.difference_update('a'); s.intersection_update('bcd'); s.symmetric_difference_update('cx'); print(sorted(s)); s.clear(); print(s, bool(s))
