lines = []
for i, (k, v) in enumerate({'a': 1, 'bb': [1, 2], 'c': None}.items()):
    lines += ['{:<4}|{:>6}|{!r}'.format(k, str(v)[:6], v)]
    lines.append(f'{i:>03}:{k:^5}:{v!s:.3}')
print('\n'.join(lines)); print('%-10s%5.1f%%' % ('rate', 12.345), '{0:{1}}|{0:<{1}}|{2:+,}'.format('x', 4, 1234567), f'{"nested":>{len("abcdefgh") + 2}}', f"{'a' if True else 'b'}{{}}{1:02x}{255:#b}", '{:,.2f} {:.1e} {:08.3f} {:+.0f}'.format(1234.5, 0.00012, -3.14159, 2.5))
t = 'The ${A} and ${B:-x}'; import re
print(re.sub(r'\$\{(\w+)(?::-(\w*))?\}', lambda m: {'A': '1'}.get(m[1], m[2] or ''), t), re.split(r'[\s,]+', 'a, b  c'), re.findall(r'(\w)(\d?)', 'a1b'), [m.span() for m in re.finditer('a', 'banana')], re.compile(r'^v?(?P<maj>\d+)(?:\.(?P<min>\d+))?', re.I).match('V2.5').groupdict())
print(repr(re.compile('a+', re.I | re.M)), repr(re.search('b', 'abc')))

s = set(); [s.add(w) for w in 'b a c a'.split()]; print(sorted(s), len(s), s >= {'a'}, s.isdisjoint('xyz'), sorted(s ^ {'a', 'z'}), sorted(s - set('b')), sorted(set.union({1}, {2}, [3])), sorted(frozenset('hello') & set('help')), {1, 2} | {3} == {3, 2, 1}, sorted(map(tuple, [[1, 2], [0]])))
l = [3, 1, 2]; l2 = l[:]; l.sort(reverse=True); l2.reverse(); print(l, l2, l.index(1), l.count(3), l + l2, l * 2, l[-2:], l.pop(0), l, [*l, *l2], l == [2, 1], l < [3], sorted(l2, key=lambda x: -x))
d = {}; d.setdefault('k', []).append(1); d['z'] = d.pop('k'); d.update([('a', 1)], b=2); print(d, list(d.items())[0], {v if isinstance(v, int) else 0: k for k, v in d.items()}, max(d, key=lambda k: str(d[k])), dict(sorted(d.items(), key=lambda i: i[0])), 'a' in d.keys(), 1 in d.values(), ('a', 1) in d.items())

import json, shlex, hashlib, base64, os, textwrap, fnmatch, itertools, collections, copy, operator, string
print(shlex.split("CFLAGS='-O2 -g' x=\"a b\" c\\ d"), shlex.quote('a b'), json.loads('{"a": [1, {"b": null}], "c": 1e3}')['a'][1], json.dumps({'k': ['é', 1.0, True]}, indent=1, sort_keys=True), hashlib.sha256(b'x').hexdigest()[:12], base64.b64encode('ü'.encode()).decode(), os.path.splitext('/a/b.tar.xz'), os.path.join('a', *['b', 'c']), textwrap.dedent('  a\n   b\n'), fnmatch.filter(['a.bb', 'a.inc'], '*.bb'), ''.join(itertools.chain('ab', ['c'])), copy.deepcopy({'a': [1]}), operator.itemgetter('x')({'x': 2}), string.capwords('a b'))
print(json.loads('{"b": 1, "a": {"z": 2, "y": 3}}', object_pairs_hook=collections.OrderedDict), json.loads('{"x": 1}', object_hook=lambda o: {k.upper(): v for k, v in o.items()}), list(itertools.groupby('aab'))[0][0], [list(g) for _, g in itertools.groupby([1, 1, 2], key=lambda x: x % 2)], collections.Counter('hello').most_common(1), fnmatch.translate('*.[ch]'), fnmatch.translate('a?b-c'), textwrap.shorten('one two three', 10))
d = collections.defaultdict(lambda: {'n': 0}); d['a']['n'] += 1; print(dict(d)); od = collections.OrderedDict(b=1, a=2); od.move_to_end('b', last=False); print(list(od.items())); q = collections.deque('abc', maxlen=2); q.append('d'); print(list(q), q[0])
