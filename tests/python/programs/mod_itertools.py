import itertools
from itertools import chain, islice, groupby, product, permutations, combinations, count, cycle, repeat, accumulate, takewhile, dropwhile, zip_longest, starmap, tee, compress, filterfalse, pairwise
print(list(chain([1], 'ab', ())), list(chain.from_iterable([[1, 2], [3]])), list(islice(count(5), 3)), list(islice('abcdefg', 1, 6, 2)), list(islice('abc', 2)))
print([(k, list(g)) for k, g in groupby('aabbbc')], [(k, len(list(g))) for k, g in groupby([1, 3, 2, 4], key=lambda x: x % 2)])
print(list(product('ab', [1, 2])), list(product([0, 1], repeat=2)), list(product()), list(permutations('abc', 2)), list(permutations([1, 2])), list(combinations('abcd', 2)), list(combinations([1], 2)), list(itertools.combinations_with_replacement('ab', 2)))
print(list(islice(cycle('ab'), 5)), list(repeat('x', 3)), list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], lambda a, b: a * b)), list(accumulate([1], initial=10)))
print(list(takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(zip_longest('ab', 'c', fillvalue='-')), list(starmap(pow, [(2, 3), (3, 2)])), list(compress('abc', [1, 0, 1])), list(filterfalse(lambda x: x % 2, range(5))), list(pairwise('abc')))
a, b = tee([1, 2])
print(list(a), list(b), list(islice(count(1, 3), 3)), list(islice(count(0.5), 2)))
