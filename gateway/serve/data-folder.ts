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
  /** What can be made again at any time. */
  readonly cache: string;
  /** The repositories' indexes: they tell what is in them. */
  readonly indexes: string;
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
  cache: join(path, 'cache'),
  indexes: join(path, 'indexes'),
  running: join(path, 'running.json'),
});
