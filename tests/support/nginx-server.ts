import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real nginx on loopback over a folder; gone when the test ends. */
export interface NginxServer extends AsyncDisposable {
  readonly url: string;
  readonly root: string;
  /** Lines of its access log: method, path, status. */
  requests(): readonly string[];
}

/** Starts nginx over `root` (default: a folder of its own), with or without WebDAV. */
export async function nginxServer(options: {
  readonly webdav: boolean;
  readonly root?: string;
  /** Writing needs this user and password. */
  readonly writer?: string;
}): Promise<NginxServer> {
  const folder = mkdtempSync(join(tmpdir(), 'stx-nginx-'));
  chmodSync(folder, 0o755);
  const root = options.root ?? join(folder, 'www');
  mkdirSync(root, { recursive: true });
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration({ folder, root, port, ...options }));
  if (options.writer !== undefined) {
    const [user, password] = options.writer.split(':');
    writeFileSync(join(folder, 'writers'), `${user}:{PLAIN}${password}\n`);
  }
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log'), '-p', folder], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child, () => readFileSync(join(folder, 'error.log'), 'utf8'));
  return {
    url,
    root,
    requests: () => readFileSync(join(folder, 'access.log'), 'utf8').trim().split('\n'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(at: {
  readonly folder: string;
  readonly root: string;
  readonly port: number;
  readonly webdav: boolean;
  readonly writer?: string;
}): string {
  const lock = `limit_except GET HEAD { auth_basic "stx-cache"; auth_basic_user_file ${at.folder}/writers; }`;
  const location = at.writer === undefined ? '' : `location / { ${lock} }`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${at.folder}/${name};`,
  );
  const dav = at.webdav ? 'dav_methods PUT DELETE; create_full_put_path on; dav_access group:r all:r;' : '';
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `
${user} daemon off; worker_processes 1; pid ${at.folder}/nginx.pid;
events { worker_connections 256; }
http {
  ${temporary.join(' ')}
  log_format short '$request_method $uri $status';
  access_log ${at.folder}/access.log short;
  server { listen 127.0.0.1:${at.port}; root ${at.root}; client_max_body_size 0; ${dav} ${location} }
}
`;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answers(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${log()}`);
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('nginx does not answer');
}
