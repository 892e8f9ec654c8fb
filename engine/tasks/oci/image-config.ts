import { StxError } from '../../base/stx-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import { requiredVariable } from '../task-variable.ts';
import type { Layer } from './write-layer.ts';

/** The configuration of an OCI image as JSON: what it runs, and how its layers came about. Source: OCI image specification 1.0. */
export function imageConfig(order: TaskOrder, layers: readonly Layer[], time: number): string {
  const created = timeText(time);
  const plain = (name: string): string => order.variables[name]?.trim() ?? '';
  const ports = Object.fromEntries(words(plain('CONTAINER_PORTS')).map((port) => [withProtocol(port), {}]));
  const config = {
    ...optional('User', plain('CONTAINER_USER')),
    ...(Object.keys(ports).length === 0 ? {} : { ExposedPorts: ports }),
    Env: words(plain('CONTAINER_ENV')).map((word) => checkedPair(word, 'CONTAINER_ENV')),
    ...commandOf('Entrypoint', 'CONTAINER_ENTRYPOINT', order),
    ...commandOf('Cmd', 'CONTAINER_CMD', order),
    ...optional('WorkingDir', plain('CONTAINER_WORKDIR')),
    Labels: labels(order, created),
    ...optional('StopSignal', plain('CONTAINER_STOP_SIGNAL')),
  };
  const base = plain('CONTAINER_BASE');
  const comments = layers.map((_, index) => (index === 0 && layers.length > 1 && base !== '' ? base : plain('PN')));
  return JSON.stringify({
    created,
    architecture: requiredVariable(order, 'CONTAINER_ARCH'),
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
    history: comments.map((comment) => ({ created, created_by: 'stx-bake', comment })),
  });
}

/** A time as images write it: RFC 3339, in UTC. */
export function timeText(time: number): string {
  return new Date(time * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Source: OCI image specification, annotations. */
function labels(order: TaskOrder, created: string): Readonly<Record<string, string>> {
  const plain = (name: string): string => order.variables[name]?.trim() ?? '';
  const known = {
    title: plain('IMAGE_NAME'),
    description: plain('SUMMARY'),
    version: plain('PV'),
    licenses: plain('LICENSE'),
    url: plain('HOMEPAGE'),
    created,
  };
  const given = words(plain('CONTAINER_LABELS')).map((word) => checkedPair(word, 'CONTAINER_LABELS'));
  const all = [
    ...Object.entries(known).map(([name, value]) => [`org.opencontainers.image.${name}`, value] as const),
    ...given.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const),
  ];
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

function optional(key: string, value: string): Readonly<Record<string, string>> {
  return value === '' ? {} : { [key]: value };
}

/** Words, or a JSON list where one of them holds blanks. */
function commandOf(key: string, variable: string, order: TaskOrder): Readonly<Record<string, readonly string[]>> {
  const text = order.variables[variable]?.trim() ?? '';
  if (text === '') return {};
  if (!text.startsWith('[')) return { [key]: words(text) };
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return { [key]: list };
  } catch {
    // Told below.
  }
  throw invalid(variable, text, 'write words, or a JSON list of texts: `["/bin/sh", "-c", "a b"]`');
}

function checkedPair(word: string, variable: string): string {
  if (/^[^=]+=/.test(word)) return word;
  throw invalid(variable, word, 'write words `NAME=value`');
}

function withProtocol(port: string): string {
  if (!/^\d{1,5}(\/(tcp|udp|sctp))?$/.test(port)) throw invalid('CONTAINER_PORTS', port, 'write `8080/tcp`');
  return port.includes('/') ? port : `${port}/tcp`;
}

function invalid(variable: string, text: string, help: string): StxError {
  const setting = { variable, word: text.split(/\s+/)[0] };
  return StxError.of('invalid-value', `\`${variable}\` cannot be \`${text}\``, { setting, help });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
