from collections import OrderedDict, defaultdict, Counter, namedtuple, deque
import collections
od = OrderedDict([('a', 1), ('b', 2)])
od['c'] = 3
od.move_to_end('a')
print(od, list(od), od.popitem(last=False), od == OrderedDict(c=3, a=1), od == {'a': 1, 'c': 3}, OrderedDict())
od.move_to_end('a', last=False)
print(list(od.items()))
dd = defaultdict(list)
dd['x'].append(1)
dd['y']
print(dd, dd['x'], len(dd), 'z' in dd, dd.get('q'), sorted(dd), dict(dd), isinstance(dd, dict))
print(defaultdict(int, {'a': 1})['b'], defaultdict(lambda: 'd')['k'])
try:
    defaultdict()['a']
except KeyError as e:
    print('KeyError', e)
c = Counter('abracadabra')
print(c, c.most_common(2), c['zz'], sum(c.values()), list(c.elements())[:6], c + Counter(a=1), c - Counter('aaaaa'), Counter('ab') & Counter('bc'), Counter(['x', 'y', 'x'])['x'])
c.update('zz')
c.subtract({'a': 1})
print(c['z'], c['a'], c.total(), Counter(a=2, b=0))
Point = namedtuple('Point', 'x y')
p = Point(1, y=2)
print(p, p.x, p[1], p == (1, 2), p._asdict(), p._replace(x=9), Point._fields, Point._make([5, 6]), *p)
x, y = p
print(x, y, isinstance(p, tuple), hash(p) == hash((1, 2)), {p: 1}[(1, 2)], len(p))
class P3(namedtuple('P3', ['a', 'b'])):
    def total(self):
        return self.a + self.b
print(P3(1, 2).total(), P3(3, 4))
for bad in (lambda: Point(1), lambda: Point(1, 2, 3), lambda: namedtuple('Q', 'class')):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__)
try:
    p.x = 5
except AttributeError as e:
    print('AttributeError')
d = deque([1, 2, 3], maxlen=3)
d.append(4)
d.appendleft(0)
print(list(d), d.pop(), d.popleft(), len(d), d[0], 3 in d, d.maxlen, bool(deque()))
d.extend([7, 8])
d.rotate(1)
print(list(d), list(reversed(list(d))))
try:
    deque().pop()
except IndexError as e:
    print(e)
print(collections.OrderedDict is OrderedDict)
