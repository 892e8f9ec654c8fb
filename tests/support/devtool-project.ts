import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GitFixture } from './git-fixture.ts';
import { type Run, TestProject, toyLayer } from './test-project.ts';

/** Settings that recipes of the toy layer need for overrides and append files. */
export const devtoolSettings = [
  'OVERRIDES = "debian:pn-${PN}"',
  `THISDIR = "\${@os.path.dirname(d.getVar('FILE', False))}"`,
  '',
].join('\n');

/** The toy layer with an app of its own. */
export class DevtoolProject extends TestProject {
  constructor(files: Readonly<Record<string, string>>) {
    super({ ...toyLayer, 'build/conf/local.conf': devtoolSettings, ...files });
  }

  /** git in the work tree of a recipe. */
  tree(recipe = 'app'): GitFixture {
    return new GitFixture(join(this.path, 'build/workspace/sources', recipe));
  }

  async devtool(...args: readonly string[]): Promise<Run> {
    return await this.run(['devtool', ...args]);
  }

  /** A call that must end well. */
  async well(...args: readonly string[]): Promise<Run> {
    const run = await this.run(args);
    if (run.status !== 0) throw new Error(run.output);
    return run;
  }

  result(recipe = 'app'): string {
    return this.read(`build/tmp/out/${recipe}/result`);
  }

  /** A tar archive of these files in one folder; gives its bytes and their SHA-256. */
  archive(folder: string, files: Readonly<Record<string, string>>): { readonly body: Buffer; readonly sha256: string } {
    const root = join(this.path, 'archives');
    rmSync(join(root, folder), { recursive: true, force: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, folder, name)), { recursive: true });
      writeFileSync(join(root, folder, name), text);
    }
    const path = join(root, `${folder}.tar.gz`);
    execFileSync('tar', ['-czf', path, '-C', root, folder === '' ? '.' : folder]);
    const body = readFileSync(path);
    return { body, sha256: createHash('sha256').update(body).digest('hex') };
  }
}
