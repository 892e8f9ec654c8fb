def parse(words):
    good, bad = [], []
    for w in words:
        try:
            n = int(w)
            if n < 0: raise ValueError('negative')
        except ValueError as e:
            bad.append('%s: %s' % (w, e)); continue
        else:
            good.append(n)
        finally:
            if w == 'stop': break
    else:
        good.append('all')
    return good, bad
print(parse(['1', 'x', '-2', '3'])); print(parse(['1', 'stop', '5']))
class Err(Exception):
    def __init__(self, code, *args): self.code = code; super().__init__(*args)
for c in (1, 2, 3):
    try:
        try:
            if c == 1: raise Err(1, 'one', 'x')
            if c == 2: raise KeyError('two')
            assert c != 3, 'three'
        except Err as e: print(e.code, e.args, e); raise RuntimeError('re') from e
    except (RuntimeError, KeyError) as e: print(type(e).__name__, e, type(e.__cause__).__name__)
    except AssertionError as e: print('assert', e)
