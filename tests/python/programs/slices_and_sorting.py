s = 'abcdefghij'; l = list(range(10))
print(s[2:8:2], s[::-1], s[-3:], s[:-3], s[8:2:-2], s[100:], s[:100], s[-100:3], s[5:2], s[::3])
print(l[::2], l[::-2], l[-1:-4:-1], l[3:3], l[slice(1, 5, 2)], l[slice(None)], l[-1])
l[2:5] = ['x']; print(l)
l[::2] = ['e'] * len(l[::2]); print(l)
del l[1:3]; print(l); del l[::2]; print(l)
l[1:1] = [1, 2, 3]; print(l); l[:0] = 'ab'; print(l)
t = (1, 2, 3, 4); print(t[1:], t[::-1], t[:-1])
try:
    l[::2] = [1]
except ValueError as e:
    print(e)
print(range(10)[2:5], range(10)[::-1], range(0, 20, 3)[-2], b'abcdef'[1:3], b'abc'[0])
a, *b, c = 'hello'; print(a, b, c)
(x, y), z = [1, 2], 3; print(x, y, z)
*h, t = [1]; print(h, t)

data = [('b', 2), ('a', 3), ('c', 1), ('a', 1)]
print(sorted(data), sorted(data, key=lambda t: t[1]), sorted(data, key=lambda t: (t[0], -t[1])), sorted(data, reverse=True))
words = ['banana', 'Apple', 'cherry', 'apple', 'Banana']
print(sorted(words, key=str.lower), sorted(words, key=lambda w: (len(w), w)), sorted(words, key=len, reverse=True))
words.sort(key=lambda w: w[-1]); print(words)
print(sorted({'x': 1, 'a': 2}), sorted({'x': 1, 'a': 2}.items(), key=lambda kv: kv[1], reverse=True), sorted('hello'), sorted({3, 1, 2}))
import functools
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
print(max(words, key=len), min(words, key=lambda w: w.lower()), max(3, 1, 2), max([], default='none'), min((5, 2), (5, 1)))
try:
    sorted([1, 'a'])
except TypeError as e:
    print(e)
try:
    max([])
except ValueError as e:
    print(e)

print([(x, y) for x in range(3) for y in range(x) if (x + y) % 2], [[j for j in range(i)] for i in range(4)])
print({k: v for k, v in zip('abc', range(3)) if v}, sorted({c.lower() for c in 'HelLo'}))
print([x for xs in [[1, 2], [3], []] for x in xs if x > 1 if x < 4], [y for x in 'ab' if (y := x * 2)])
print(sum(x * x for x in range(5)), ' '.join(str(x) for x in range(3)), dict((x, x ** 2) for x in range(3)))
print([i for i, c in enumerate('abcabc') if c == 'b'], [a + b for a, b in zip('ab', 'cd')], [*map(str.upper, 'ab')], list(filter(None, [0, 1, '', 'a'])))
fs = [lambda i=i: i for i in range(3)]; print([f() for f in fs]); fs = [lambda: i for i in range(3)]; print([f() for f in fs])
x = 'outer'; print([x for x in range(2)], x)
class K:
    ys = [1, 2]
    zs = [y * 2 for y in ys]
print(K.zs)
