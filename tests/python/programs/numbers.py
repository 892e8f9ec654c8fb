for a in (7, -7, 0, 10**20, True):
    for b in (2, -3, 10**18):
        print(a + b, a - b, a * b, a // b, a % b, a & b, a | b, a ^ b, divmod(a, b), a / b)
for a in (7.5, -7.5, 0.0, 1e100, -0.0):
    for b in (2, -3.25, 0.1):
        print(a + b, a - b, a * b, a // b, a % b, a / b)
print(2 ** 100, 2 ** -1, (-2) ** 3, 0 ** 0, 2 ** 0.5, 1 << 70, -1 >> 3, ~5, -(-3), +True)
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234, -2), round(1250, -2), round(1.5e10), round(0.5), round(2.567, 1))
print(int('0x1f', 16), int('0b11', 0), int(' 12 '), int('1_000'), int(3.99), int(-3.99), int('z', 36), int(True))
print(float('1e3'), float(' inf '), float('-nan') != float('nan'), float('1_0.5'))
print(hex(255), oct(8), bin(5), hex(-255), bin(-5), abs(-5), abs(-2.5), pow(2, 10), pow(3, 200, 7), pow(2.0, 3))
print(min(3, 1, 2), max([1, 5, 3]), min('b', 'a'), max([], default='d'), min([-3, 2], key=abs), sum([0.1] * 3), sum([[1], [2]], []))
print(1 == 1.0, 1 == True, hash(1) == hash(1.0), 10**18 == 1e18, 0.1 + 0.2 == 0.3, 3 < 3.5, 2**53 + 1 == float(2**53 + 1))
print((5).bit_length(), (255).to_bytes(2, 'big'), (1.5).is_integer(), (2.0).is_integer(), (0.75).as_integer_ratio())
print(1e15, 1e16, 1e-4, 1e-5, 123456789012345678.0, 1.0, 100.0, 1.5e300 * 1e10, float('inf'), 5e-324, 0.1, 1/3)
print(10**25 / 10**24, (2**64 + 1) / 3, 1 / 10**30, 3 / 7)
