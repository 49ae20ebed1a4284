import { join } from 'node:path';

/** Where a gateway keeps its own things: one folder, made by `rlm-gateway init`, readable by its user alone. */
export interface DataFolder {
  readonly path: string;
  readonly config: string;
  readonly identity: string;
  readonly database: string;
  readonly caCertificate: string;
  readonly caKey: string;
  readonly certificate: string;
  readonly certificateKey: string;
  /** What a running gateway says of itself to the other commands. */
  readonly running: string;
}

export const dataFolder = (path: string): DataFolder => ({
  path,
  config: join(path, 'config.json'),
  identity: join(path, 'identity.pem'),
  database: join(path, 'gateway.db'),
  caCertificate: join(path, 'ca.pem'),
  caKey: join(path, 'ca-key.pem'),
  certificate: join(path, 'certificate.pem'),
  certificateKey: join(path, 'certificate-key.pem'),
  running: join(path, 'running.json'),
});
