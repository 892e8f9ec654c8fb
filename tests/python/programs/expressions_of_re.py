import re
print(re.sub(r'(\w+)@(\w+)', r'\2 at \1', 'me@host you@there'), re.sub(r'(?P<a>\d)', r'<\g<a>>', 'a1b2'), re.sub('a', lambda m: m.group(0).upper() + str(m.start()), 'banana', count=2))
m = re.match(r'(?P<name>[a-z]+)-(?P<ver>[\d.]+)(?:-(?P<rel>r\d+))?$', 'tool-1.2.3')
print(m.group('name', 'ver', 'rel'), m.groupdict(), m.groups('x'), m.span('ver'), m.lastgroup, m.lastindex, m['name'], m.start(2), m.end(), m.expand(r'\1_\2'), m.re.pattern, m.string)
print(re.findall(r'a(b)?', 'abaab'), re.findall(r'(a)(b)?', 'aba'), [m.span() for m in re.finditer(r'\d+', 'a12b345')], re.split(r'[,;]\s*', 'a, b;c', maxsplit=1), re.split(r'(-)', 'a-b-c'), re.split('x*', 'axbc'))
print(re.search(r'^b', 'a\nb', re.M).start(), re.search('A.B', 'a\nb', re.I | re.S) is not None, re.match(r'''(?x) a  # comment
   b''', 'ab').group(), re.fullmatch('[a-c]+', 'abcd'), re.escape('a.b+c/d e-f'), re.compile('x').flags, re.compile('x', re.I).flags)
p = re.compile(r'(\d+)'); print(p.sub('#', 'a1b22'), p.subn('', '1a2'), p.search('abc1', 3).group(), p.match('abc1', 3).group(1), p.findall('1 2', 1), p.groups, p.groupindex, p.pattern, repr(p), p.split('a1b'))
print(re.sub(r'\s+', ' ', '  a \t b\n'), re.sub('', '-', 'ab'), re.sub(r'\\', '/', 'a\\b'), re.sub('a|b', {'a': '1', 'b': '2'}.get and (lambda m: {'a': '1', 'b': '2'}[m.group()]), 'abc'))
print(re.match(r'(?i:A)b', 'ab') is not None, re.match(r'(?<!x)a(?=b)(?!bc)', 'abd') is not None, re.search(r'(?<=-)\w+', 'a-bc').group(), re.match(r'(a+)+b', 'aaab').group(1), re.match(r'(.)\1', 'aa') is not None, re.match(r'(?P<q>[\'"]).*?(?P=q)', '"x"y').group())
print(repr(m), bool(re.match('', '')), re.match('x', 'y'))
for bad in ('(', '[', '*a', 'a{2,1}', '(?P<1>a)', r'\1', '(?P=x)', '(?z)', 'a**', '(?<=a*)b', '[b-a]', '\\'):
    try:
        re.compile(bad)
        print('ok', bad)
    except re.error as e:
        print(bad, '->', e)

import re
print(re.match(r'^(?:(\d+)\.)?(\d+)\.(\*|\d+)$', '1.2.3').groups(), re.sub(r'(a)|b', r'[\1]', 'ab'), re.findall(r'\b\w', 'ab cd'), re.findall(r'\B\w', 'ab cd'), re.findall(r'[^\W\d_]+', 'ab1_cd'))
print(re.split(r'\s*,\s*|\s+', 'a , b c'), re.sub(r'^', '> ', 'a\nb', flags=re.M), re.sub(r'$', '!', 'a\nb', flags=re.M), re.findall(r'.+$', 'a\nb\n', re.M), re.findall(r'(?s).+', 'a\nb'))
print(re.sub(r'(\d)(\d)?', lambda m: repr(m.groups()), '123'), re.match('a{2,3}?', 'aaa').group(), re.match('a{0}b', 'b').group(), re.match('[a-z-]+', 'a-b').group(), re.match(r'[\]\[]+', '[]').group(), re.match('é', 'É', re.I) is not None)
print(re.sub('(?P<x>a)(?P<y>b)', r'\g<y>\g<1>\g<0>', 'ab'), re.sub('a', r'\n\t\\', 'a'), re.match(r'\A\d\Z', '1') is not None, re.match(r'\d$', '1\n') is not None, re.match(r'\d\Z', '1\n'), re.findall(r'\x41\u0042\103', 'ABC'))
print(re.match(r'(?P<a>x)(?(a)y|z)', 'xy').group(), re.findall('(?:a|ab)(?:c|bcd)(d*)', 'abcd'), re.search('(?m)^x$', 'a\nx\nb').span(), re.compile('a').search('bab', 0, 1), re.compile('^a').match('ba', 1))
print([m.group() for m in re.finditer('a|', 'aab')], re.sub('b*', '-', 'abac'), re.split('b*', 'abac'), re.findall('[\\d\\s]+', '1 2a'), re.match('(?#comment)a', 'a').group())
try:
    re.sub('(a)', r'\2', 'a')
except re.error as e: print(e)
try:
    re.match('a', 'a').group(1)
except IndexError as e: print(e)
try:
    re.match('a', 5)
except TypeError as e: print(e)
print(re.match(rb'a(\d)', b'a1').group(1), re.sub(rb'a', b'x', b'banana'))
