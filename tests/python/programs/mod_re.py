import re
def show(m):
    return m and (m.group(), m.groups(), m.span(), m.groupdict())
print(show(re.match(r'(\w+)-(\d+)', 'ab-12 x')), show(re.search(r'(?P<y>\d{4})-(?P<m>\d\d)', 'on 2024-05-06')), re.match('b', 'ab'), show(re.fullmatch(r'a+', 'aaa')), re.fullmatch('a', 'aa'))
print(re.findall(r'\d+', 'a1b22c'), re.findall(r'(\w)(\d)', 'a1 b2'), re.findall(r'(a)|b', 'ab'), re.findall('', 'ab'), re.findall(r'a*', 'baac'))
print(re.sub(r'(\w)(\d)', r'\2\1', 'a1 b2'), re.sub('a', lambda m: m.group().upper() * 2, 'banana'), re.sub(r'(?P<n>\w+)', r'<\g<n>>', 'hi you'), re.sub('x*', '-', 'abxd'), re.sub('a', 'b', 'aaaa', count=2), re.subn('a', 'b', 'aa'), re.sub(r'\s+', ' ', 'a \t\n b'), re.sub('(a)?b', r'[\1]', 'bab'))
print(re.split(r'\s*,\s*', 'a , b,c'), re.split(r'(-)', 'a-b-c'), re.split(r',', 'a,b,c', maxsplit=1), re.split('x*', 'axbc'), re.split(r'(-)|(,)', 'a-b,c'))
print([m.span() for m in re.finditer(r'\w+', 'ab cd')], [(m.start(1), m.end(1)) for m in re.finditer(r'(b)?c', 'bcc')])
p = re.compile(r'''
    (?P<name>[a-z]+)   # name
    \s*=\s*
    (?P<value>"[^"]*"|\S+)  # value
''', re.VERBOSE | re.IGNORECASE)
print(show(p.search('  Key = "some value" ')), p.groups, p.groupindex, p.pattern[:5] == '\n    ', bool(p.flags & re.I), p.match('  a=b'), show(p.match('  a=b', 2)))
print(re.match('(?i)ABC', 'abc').group(), re.findall('^a', 'a\na\nb', re.M), re.findall('a$', 'a\na\n'), re.findall('a$', 'a\na\n', re.MULTILINE), re.match('a.b', 'a\nb'), bool(re.match('a.b', 'a\nb', re.DOTALL)), re.findall(r'\Aa', 'aa'), re.findall(r'a\Z', 'a\na'))
print(re.findall(r'\bfoo\b', 'foo foobar (foo)'), re.findall(r'\Boo', 'foo oo'), re.findall(r'[^\W\d_]+', 'ab1_cé'), re.findall(r'[\w.-]+', 'a.b-c d'), re.findall(r'[]a]+', ']a'), re.findall(r'[a\]-]+', 'a]-b'), re.findall(r'\D+', '1ab2'), re.findall(r'\S+', ' a b'), re.findall(r'[\s,]+', 'a, b'))
print(show(re.search(r'(?<=a)b', 'ab')), re.search(r'(?<!a)b', 'ab'), show(re.search(r'a(?=b)', 'ab')), re.search(r'a(?!b)', 'ab'), show(re.match(r'(a)(?:b)\1', 'aba')), show(re.match(r'(?P<q>[\'"]).*?(?P=q)', '"x" y"')), show(re.match(r'(a)?(?(1)b|c)', 'ab')), show(re.match(r'(a)?(?(1)b|c)', 'c')))
print(show(re.match(r'a{2,3}', 'aaaa')), show(re.match(r'a{2,3}?', 'aaaa')), show(re.match(r'a{,2}', 'aaa')), show(re.match(r'a{2}', 'aaa')), show(re.match(r'a{x', 'a{x')), show(re.match(r'.*?b', 'aabb')), show(re.match(r'(a|ab)(c|bcd)(d*)', 'abcd')), show(re.match(r'(?:a|b)*c', 'ababc')), show(re.match('(a*)*', 'aa')), show(re.match('(a*)+', 'b')), show(re.match(r'(?:(a)|b)*', 'ab')))
print(show(re.match(r'a++b', 'aab')), re.match(r'a++a', 'aa'), show(re.match(r'(?>a*)b', 'aab')), show(re.match(r'(?i:a)b', 'Ab')), re.match(r'(?i:a)b', 'AB'), show(re.match(r'(?#comment)a', 'a')), show(re.match(r'\x41\u0042\t\.', 'AB\t.')), re.findall(r'\d', '1٣'), re.findall(r'\d', '1٣', re.A), re.findall(r'\w+', 'é', re.ASCII))
print(re.escape('a.b*c[d]-e_f/g é'), re.escape('a b'), re.match('é', 'É', re.I) is not None, re.sub('[aeiou]', '', 'education'), re.sub(r'\\', '/', 'a\\b'), re.sub('a', r'\\', 'a'), re.sub('a', r'\n', 'a') == '\n', re.sub('(a)', r'\g<1>0', 'a'), re.sub('(a)', r'\g<0>\g<0>', 'a'))
m = re.match(r'(?P<a>x)(y)?', 'xz')
print(m.group('a', 2), m['a'], m[0], m.groups('d'), m.groupdict('d'), m.lastindex, m.lastgroup, m.string, m.re.pattern, m.pos, m.endpos, m.start('a'), m.end(2), m.expand(r'<\1>'), bool(m))
for bad in ['(', 'a)', '[a', '*a', 'a**', '(?P<1>a)', '(?P<a>x)(?P<a>y)', r'\1', '(?P=x)', 'a{2,1}', '(?<=a+)b', r'\q', '(?z)', '[z-a]', '(?', '\\', '(?P<a', '+', 'x{99999999999}']:
    try:
        re.compile(bad)
        print(repr(bad), 'ok')
    except (re.error, OverflowError) as e:
        print(repr(bad), type(e).__name__)
for bad in (lambda: m.group(9), lambda: m.group('zz'), lambda: re.sub('a', r'\1', 'a'), lambda: re.sub('a', r'\q', 'a'), lambda: re.match(1, 'a'), lambda: re.match('a', 1)):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__)
print(re.match(b'a(b)', b'abc').group(1), re.sub(b'a', b'x', b'banana'), re.findall('(?m)^\\w', 'a\nb'), re.search(r'(\d+)(?:\.(\d+))?', 'v12').groups(), re.match('', '').span(), re.compile('a').sub('b', 'aa', 1), re.I | re.M == re.M | re.I, p is re.compile(p))
print(re.findall(r'😀+', 'a😀😀b'), re.search('b', 'a😀b').start(), re.sub('.', 'x', '😀a'), re.split(r'[,;]\s*(?![^()]*\))', 'a,b(c,d);e'), re.findall(r'\$\{([^{}@\n\t :]+)\}', '${A} ${B} ${@x}'))
