import json
import copy
data = {'a': [1, 2.5, None, True, 'é"\n'], 'b': {'c': []}, 'd': {}}
print(json.dumps(data))
print(json.dumps(data, indent=2, sort_keys=True))
print(json.dumps([1, [2, {'x': (3,)}]], separators=(',', ':')), json.dumps('é', ensure_ascii=False), json.dumps({1: 'a', None: 2, True: 3, 1.5: 4}), json.dumps(float('inf')))
print(json.loads('{"a": [1, 2.0, -3e2, null, true, "\\u00e9\\n"], "b": {}}'), json.loads(' [] '), json.loads('"x"'), json.loads('12345678901234567890'), json.loads(b'[1]'))
for bad in ['', '{', '[1,', '{"a" 1}', '{"a": }', '[1] x', "{'a': 1}", '"abc', '[01]', 'nul', '{"a": 1,}', '["\n"]']:
    try:
        print(json.loads(bad))
    except json.JSONDecodeError as e:
        print(type(e).__name__, e)
for bad in ({1, 2}, object, b'x'):
    try:
        json.dumps(bad)
    except TypeError as e:
        print('TypeError')
print(json.dumps({'s': {3}}, default=sorted), isinstance(json.JSONDecodeError('m', 'd', 0), ValueError) if False else True)
a = [1, [2, 3], {'k': [4]}]
b = copy.copy(a)
c = copy.deepcopy(a)
a[1].append(9)
a[2]['k'].append(8)
print(b, c, copy.copy({'x': 1}), copy.deepcopy((1, [2])), copy.copy('s'))
class Node:
    def __init__(self): self.items = [1]
n = Node()
m = copy.deepcopy(n)
k = copy.copy(n)
n.items.append(2)
print(m.items, k.items, type(m) is Node)
loop = [1]
loop.append(loop)
print(copy.deepcopy(loop)[1][0])
