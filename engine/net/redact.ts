export { redactUrl } from '../base/redact.ts';
