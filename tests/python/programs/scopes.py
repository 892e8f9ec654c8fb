x = 'module'
def f():
    def g():
        return x
    return g()
print(f())
def h():
    y = 1
    def set_y():
        nonlocal y
        y = 2
    set_y()
    return y
print(h())
def unbound():
    try:
        print(z)
    except UnboundLocalError as e:
        print(type(e).__name__, e)
    z = 1
unbound()
def free():
    def inner():
        return later
    try:
        inner()
    except NameError as e:
        print(e)
    later = 1
    return inner()
print(free())
constructor = 1
__proto__ = 2
toString = 3
hasOwnProperty = {}
hasOwnProperty['constructor'] = 'c'
hasOwnProperty['__proto__'] = 'p'
print(constructor, __proto__, toString, hasOwnProperty, 'valueOf' in hasOwnProperty)
class O:
    constructor = 5
    def __init__(self): self.__proto__ = 'own'
o = O()
print(o.constructor, o.__proto__, hasattr(o, 'toString'), hasattr('', 'constructor'), hasattr([], 'length'), hasattr({}, '__proto__'), hasattr(5, 'toString'), hasattr(f, 'call'), hasattr(f, 'prototype'))
print([x for x in range(3)], x)
def shadow(len):
    return len
print(shadow(5), len([1]))
list_ = [lambda v: v + k for k in range(3)]
print([fn(10) for fn in list_])
def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)
print(deep(100))
try:
    del undefined_name
except NameError as e:
    print(isinstance(e, NameError))
def gl():
    global made
    made = [1]
    made.append(2)
gl()
print(made)
for e in [1]:
    pass
try:
    raise ValueError('x')
except ValueError as e:
    pass
try:
    e
except NameError:
    print('e is gone')
