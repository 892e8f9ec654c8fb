import test from 'ava';
import fc from 'fast-check';
import { redactUrl } from '../../engine/net/redact.ts';

test('an ordinary URL is printed as it is', (t) => {
  t.is(redactUrl('http://host/a/b?x=1'), 'http://host/a/b?x=1');
});

test('no password survives, whatever it is made of', (t) => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{8,20}$/);
  t.notThrows(() =>
    fc.assert(
      fc.property(word, (secret) => {
        const urls = [`https://user:${secret}@host/x`, `https://${secret}@host/x`, `https://host/x?api_key=${secret}`];
        return urls.every((url) => !redactUrl(url).includes(secret));
      }),
    ),
  );
});

test('what is no URL is redacted as well', (t) => {
  t.is(redactUrl('http://user:secret@ho st/x'), 'http://***@ho st/x');
});
