class AppError(Exception):
    pass

class Detailed(AppError):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code

    def __str__(self):
        return '%s: %s' % (self.code, self.args[0])

def run(kind):
    try:
        if kind == 'value':
            raise ValueError('bad', 3)
        if kind == 'detail':
            raise Detailed(7, 'seven')
        if kind == 'key':
            {}['k']
        if kind == 'zero':
            1 // 0
        if kind == 'attr':
            None.split()
        if kind == 'index':
            [][2]
        if kind == 'type':
            'a' + 1
        return 'none'
    except (ValueError, KeyError) as e:
        return 'A', type(e).__name__, str(e), e.args
    except AppError as e:
        return 'B', str(e), e.code, repr(e)
    except LookupError as e:
        return 'C', e
    except Exception as e:
        return 'D', type(e).__name__, str(e)
    else:
        return 'else'
    finally:
        print('finally', kind)

for kind in ['value', 'detail', 'key', 'zero', 'attr', 'index', 'type', 'x']:
    print(run(kind))

def order():
    try:
        yield_ = 1
    except ValueError:
        print('no')
    else:
        print('else')
    finally:
        print('fin')
order()

def override():
    try:
        return 1
    finally:
        return 2
print(override())

def nested():
    try:
        try:
            raise KeyError('inner')
        except KeyError as e:
            raise ValueError('outer') from e
    except ValueError as e:
        print(e, repr(e.__cause__), repr(e.__context__))
nested()

def reraise():
    try:
        int('x')
    except ValueError:
        print('again')
        raise
try:
    reraise()
except ValueError as e:
    print(e)
for bad in (1, None):
    try:
        raise bad
    except TypeError as e:
        print(e)
try:
    raise ValueError
except ValueError as e:
    print(repr(e), str(e) == '', e.args)
e = OSError(2, 'No such file', 'x.txt')
print(type(e).__name__, e, e.errno, e.strerror, e.filename)
print(isinstance(FileNotFoundError(), IOError), issubclass(KeyError, LookupError), IOError is OSError)
print(repr(KeyError('k')), str(KeyError('k')), str(KeyError()), Exception('a', 'b'))
for i in range(3):
    try:
        if i == 1:
            continue
        print('body', i)
    finally:
        print('cleanup', i)
try:
    try:
        raise TypeError('first')
    finally:
        print('cleaning')
except TypeError as e:
    print('got', e)
def f():
    raise NotImplementedError
try:
    f()
except RuntimeError as e:
    print(type(e))
