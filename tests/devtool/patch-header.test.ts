import test from 'ava';
import { readPatchHeader } from '../../engine/devtool/patch-header.ts';

const change = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';

test('the header of a patch gives author, time, subject and text of its commit', (t) => {
  const mail = `From 0000 Mon Sep 17 00:00:00 2001\nFrom: "A. Body" <a@example.com>\nDate: Mon, 3 Nov 2025 10:00:00 +0100\nSubject: [PATCH 2/3] first line\n goes on\n\nWhy.\n\nSigned-off-by: A\n---\n x | 2 +-\n\n${change}`;
  t.deepEqual(readPatchHeader(mail, 'x.patch'), {
    ...{ name: 'A. Body', email: 'a@example.com', date: '1762160400 +0000' },
    ...{ subject: 'first line goes on', body: 'Why.\n\nSigned-off-by: A' },
  });
  const dep3 = `Description: what it does\n More of it.\nAuthor: B <b@example.com>\nOrigin: upstream\nDate: never\n\n${change}`;
  const found = readPatchHeader(dep3, 'x.patch');
  t.is(found.subject, 'what it does');
  t.regex(found.body, /^Description: what it does\n More of it\.\nAuthor: B <b@example\.com>\nOrigin: upstream/);
  t.deepEqual([found.name, found.date], ['B', undefined]);
  t.deepEqual(readPatchHeader(change, 'x.patch'), {
    name: '',
    email: '',
    date: undefined,
    subject: 'x.patch',
    body: '',
  });
  t.is(readPatchHeader(`just a line\n\n${change}`, 'x.patch').subject, 'just a line');
  t.is(readPatchHeader(`Index: x\n${change}`, 'x.patch').subject, 'x.patch');
});
