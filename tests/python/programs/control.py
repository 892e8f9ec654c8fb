for i in range(3):
    if i == 1:
        continue
    print(i)
else:
    print('else')
for i in range(3):
    if i == 1:
        break
else:
    print('never')
n = 0
while n < 10:
    n += 1
    if n % 2:
        continue
    if n > 6:
        break
    print(n)
else:
    print('never')
while False:
    pass
else:
    print('while else')
for k, (a, b) in {'x': (1, 2), 'y': (3, 4)}.items():
    print(k, a, b)
for i, c in enumerate('ab', start=5):
    print(i, c)
x = 5
print('big' if x > 3 else 'small', 1 < x < 10, 1 < x > 7, not x, x and 0, 0 or 'd', None or [])
print(x if x else y)
del x
try:
    print(x)
except NameError as e:
    print(isinstance(e, NameError))
l = [1, 2, 3, 4, 5]
del l[1:3], l[-1]
print(l)
d = {'a': 1, 'b': 2}
del d['a']
print(d)
try:
    del d['zz']
except KeyError as e:
    print('KeyError', e, e.args)
assert True, 'fine'
try:
    assert 1 == 2, 'math'
except AssertionError as e:
    print('assert', e)
d = {1: 2}
try:
    for k in d:
        d[k + 1] = 0
except RuntimeError as e:
    print(e)
