l = [3, 1, 2]
l.sort()
l.append(5)
l.extend((7, 8))
l.insert(1, 'i')
l.insert(-1, 'm')
print(l, l.pop(), l.pop(0), l.index('i'), l.count(5), len(l))
l.remove('i')
l.reverse()
print(l, l.copy() == l, l * 2, [1] + [2], [1, 2] < [1, 3], [1] == [1.0], [[1], [2]], 5 in l, l[1:3], l[::-1], l[-2:])
l.clear()
print(l, sorted([3, 1, 2], reverse=True), sorted('bca', key=lambda c: -ord(c)), sorted(['b', 'A', 'c'], key=str.lower), sorted([(2, 'b'), (1, 'z'), (2, 'a')]))
words = ['bb', 'a', 'cc', 'd']
words.sort(key=len, reverse=True)
print(words)
d = {'a': 1, 'b': 2}
d.update({'c': 3}, z=26)
d.update([('q', 9)])
print(d, d.get('a'), d.get('x'), d.get('x', 0), list(d), list(d.values()), list(d.items()), 'a' in d, len(d))
print(d.pop('a'), d.pop('zz', None), d.setdefault('n', []), d.popitem(), d.keys(), d.values(), d.items(), dict(a=1, **{'b': 2}), dict([('x', 1)]), dict.fromkeys('ab', 0), {**d, 'b': 0}, d | {'k': 1})
k = d.keys()
d['later'] = 1
print('later' in k, k & {'b', 'x'}, sorted(k - {'b'}), {'a': 1} == {'a': 1.0}, {1: 'a', True: 'b'}, {1: {2: [3]}}, list(reversed(d)))
d = {'x': None}
print(d.get('x', 5), d.setdefault('x', 5), d.pop('x', 5))
s = {1, 2, 3}
s.add(4)
s.discard(9)
s.remove(1)
print(s, s & {2, 9}, sorted(s | {9}), s - {2}, sorted(s ^ {2, 9}), s <= {2, 3, 4, 5}, s < s, s.issubset([2, 3, 4]), s.issuperset([2]), s.isdisjoint([7]), {1, 2} == {2, 1}, 3 in s, len(s))
s.update([7], (8,))
s.intersection_update({7, 8, 2})
s.difference_update([2])
s.symmetric_difference_update({7, 100})
print(sorted(s), frozenset([1, 2]) == {1, 2}, frozenset('ab') | {'c'} == frozenset('abc'), set(), frozenset(), {frozenset([1]): 'f'}[frozenset([1])], sorted(set.union({1}, [2], (3,))), set.difference({1, 2}, {2}))
t = (1, 2, 3)
print(t, (1,), (), t + (4,), t * 2, t[1:], t.index(2), t.count(1), (1, 2) < (1, 3), hash(t) == hash((1, 2, 3)), {t: 1}[(1, 2, 3)], tuple('ab'), 2 in t)
r = range(10, 0, -3)
print(list(r), len(r), r[1], r[-1], 7 in r, 6 in r, r, range(5)[1:3], r == range(10, -1, -3), range(0) == range(5, 5), list(reversed(range(3))), range(3).index(2))
print([x * 2 for x in range(3)], {x: x ** 2 for x in range(3)}, {x % 2 for x in range(5)}, [(x, y) for x in 'ab' for y in range(2) if y], [[c for c in w] for w in ['ab', 'c']], list(x for x in ()))
print(list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])), list(filter(None, [0, 1, '', 'a'])), list(zip('ab', [1, 2], 'xyz')), list(enumerate('ab', 1)), any([]), all([]), any([0, 1]), all([1, 0]), list(zip()))
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as e:
    print(e)
try:
    list(zip([1, 2], [1], strict=True))
except ValueError as e:
    print(e)
a = [1]
a.append(a)
print(a, repr({'a': a}))
b = {}
b['b'] = b
print(b)
print(isinstance(1, (str, int)), isinstance(True, int), isinstance('', object), type(1) is int, isinstance([], (tuple, list)), issubclass(bool, int))
x = y = [1]
print(x is y, x is not [1], None is None, x == y)
l = [1, 2, 3, 4]
l[1:3] = []
l[len(l):] = [9]
print(l, l[True], [1, 2, 3][-100:100], [0] * 0, [None] * 2)
print(str([1, 'a', None, 1.5, (1,), {'k': {1}}]), [*range(3), *'ab'], (*[1], 2), {*[1, 2], 3} == {1, 2, 3})
it = iter('ab')
print([next(it), next(it), next(it, None)], list(iter(lambda c=[0]: c.append(1) or len(c), 4)))
print(list(dict(b=1, a=2).items()), min({'b': 1, 'a': 2}), max({'b': 1, 'a': 9}.items(), key=lambda kv: kv[1]))
nested = {'a': [1, {'b': (2, 3)}]}
print(nested['a'][1]['b'][0])
