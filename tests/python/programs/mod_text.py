import string, textwrap, shlex, fnmatch, errno, base64, hashlib, math
from urllib.parse import quote, unquote, urlparse, urlencode, urljoin, urlunparse, parse_qs, quote_plus, urlsplit
print(string.ascii_lowercase, string.digits, string.punctuation, repr(string.whitespace), string.capwords('hello  big world'))
print(repr(textwrap.dedent('''
    a
      b

    c
''')), repr(textwrap.indent('a\n\nb\n', '> ')))
text = 'The quick brown fox jumped over the lazy dog and a well-known looooooooooooooooooong word'
print(textwrap.wrap(text, 20), textwrap.fill(text, width=30, initial_indent='* ', subsequent_indent='  '), textwrap.wrap('', 10), textwrap.wrap('a-b c', 3), sep='\n')
print(shlex.quote('a b'), shlex.quote("it's"), shlex.quote('plain-1.0'), shlex.quote(''), shlex.split('a "b c" d\\ e \'f "g\'  h""i'), shlex.join(['a', 'b c']))
for bad in ('"a', 'a\\'):
    try:
        shlex.split(bad)
    except ValueError as e:
        print(e)
print(fnmatch.fnmatch('a.txt', '*.txt'), fnmatch.fnmatch('a.txt', '?.tx'), fnmatch.fnmatch('b1', '[a-c][!2]'), fnmatch.filter(['a', 'b.c', '.d'], '*.*'), fnmatch.fnmatchcase('A', 'a'), fnmatch.fnmatch('x[y', 'x[y'), fnmatch.fnmatch('', '*'), fnmatch.fnmatch('abc', 'a**c'))
print(errno.ENOENT, errno.EEXIST, errno.errorcode[2])
print(base64.b64encode(b'hello\xff'), base64.b64decode('aGVsbG8='), base64.urlsafe_b64encode(b'\xfb\xff'), base64.b64decode(b'aGk='), base64.b16encode(b'ab'))
for name in ('md5', 'sha1', 'sha256', 'sha512'):
    print(name, getattr(hashlib, name)(b'abc').hexdigest())
h = hashlib.sha256()
h.update('é'.encode())
h.update(b'x')
print(h.hexdigest(), hashlib.new('md5', b'').hexdigest(), h.digest()[:2], h.name, h.digest_size)
try:
    hashlib.md5('text')
except TypeError as e:
    print(e)
print(math.floor(-1.5), math.ceil(1.2), math.sqrt(16), math.pi, math.gcd(12, 18), math.lcm(4, 6), math.factorial(20), math.log(8, 2), math.log2(8), math.log10(1000), math.isnan(float('nan')), math.inf, math.trunc(-2.7), math.pow(2, 3), math.hypot(3, 4), math.isqrt(17), math.comb(5, 2), math.prod([1, 2, 3]), math.copysign(1, -0.0), math.fabs(-2), math.modf(2.5))
for bad in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.factorial(-1), lambda: math.floor(float('inf'))):
    try:
        bad()
    except (ValueError, OverflowError) as e:
        print(type(e).__name__, e)
print(quote('a b/c?é'), quote('a/b', safe=''), unquote('a%20b%C3%A9'), quote_plus('a b&c'), urlencode({'a': 1, 'b': 'x y'}), urlencode([('k', 'v')]))
u = urlparse('https://user:pw@host.example:8080/p/a;par?q=1&r=2#frag')
print(u, u.hostname, u.port, u.username, u.netloc, u[2], u.geturl(), u._replace(scheme='http').geturl())
print(urlparse('git://x/y;branch=m'), urlparse('file:///a/b'), urlparse('a/b'), urlparse('//h/p'), urlsplit('http://h/p;x?q'), urlunparse(('http', 'h', 'p', '', '', 'f')))
print(urljoin('http://a/b/c', 'd'), urljoin('http://a/b/c', '/d'), urljoin('http://a/b/c', '../d'), urljoin('http://a/b', 'http://z/q'), urljoin('http://a/b/c/', './d'), parse_qs('a=1&b=2&a=3&c='))
