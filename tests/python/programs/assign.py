a = b = 1
a, b = b, a + 5
(c, [d, *e]), f = (1, 'xyz'), None
print(a, b, c, d, e, f)
x = [1, 2, 3]
x[0], x[-1] = 'p', 'q'
print(x)
x[1:2] = [7, 8, 9]
print(x)
x[::2] = ['A', 'B', 'C']
print(x)
first, *middle, last = range(6)
print(first, middle, last)
m = {}
m['k'] = m.setdefault('l', [])
m['k'].append(1)
print(m)
class Box:
    pass
box = Box()
box.value = 3
box.value += 4
print(box.value)
n: int = 5
n //= 2
n **= 3
n <<= 2
n |= 1
print(n)
s = {1, 2}
t = s
s |= {3}
print(sorted(t), t is s)
lst = [1]
other = lst
lst += 'ab'
print(other)
for bad in ["a, b = 1, 2, 3", "a, b = [1]", "a, *b, c = [1]", "a, b = 5", "'abc'[0] = 1", "(1, 2)[0] = 1"]:
    pass
try:
    a, b = 1, 2, 3
except ValueError as e:
    print(e)
try:
    a, b = [1]
except ValueError as e:
    print(e)
try:
    a, *b, c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 5
except TypeError as e:
    print(e)
try:
    'abc'[0] = 1
except TypeError as e:
    print(e)
try:
    (1, 2)[0] = 1
except TypeError as e:
    print(e)
try:
    [1, 2][5] = 1
except IndexError as e:
    print(e)
if (y := 10) > 5:
    print(y)
print([z for q in range(5) if (z := q * 2) > 3], z)
