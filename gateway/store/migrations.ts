import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Database } from './schema.ts';

/** Every change of the schema, oldest first. One that has shipped is never edited: add the next one. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-foundation': {
    async up(db) {
      await db.schema
        .createTable('keys')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('public_key', 'blob', (c) => c.notNull().unique())
        .addColumn('is_admin', 'integer', (c) => c.notNull())
        .addColumn('scopes', 'text')
        .addColumn('repos', 'text')
        .addColumn('created_at', 'integer', (c) => c.notNull())
        .addColumn('expires_at', 'integer')
        .addColumn('revoked_at', 'integer')
        .execute();
      await db.schema
        .createTable('invitations')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('public_key', 'blob', (c) => c.notNull())
        .addColumn('scopes', 'text')
        .addColumn('repos', 'text')
        .addColumn('key_lifetime_ms', 'integer')
        .addColumn('created_at', 'integer', (c) => c.notNull())
        .addColumn('expires_at', 'integer', (c) => c.notNull())
        .addColumn('used_at', 'integer')
        .execute();
      await db.schema
        .createTable('nonces')
        .addColumn('key_id', 'text', (c) => c.notNull())
        .addColumn('nonce', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('nonces_pk', ['key_id', 'nonce'])
        .execute();
      await db.schema.createIndex('nonces_expiry').on('nonces').column('expires_at').execute();
      await db.schema
        .createTable('sessions')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('key_id', 'text', (c) => c.notNull())
        .addColumn('repo', 'text', (c) => c.notNull())
        .addColumn('max_depth', 'integer', (c) => c.notNull())
        .addColumn('max_iterations', 'integer', (c) => c.notNull())
        .addColumn('max_tool_calls', 'integer', (c) => c.notNull())
        .addColumn('timeout_ms', 'integer', (c) => c.notNull())
        .addColumn('max_output_bytes', 'integer', (c) => c.notNull())
        .addColumn('roots', 'text')
        .addColumn('created_at', 'integer', (c) => c.notNull())
        .addColumn('expires_at', 'integer', (c) => c.notNull())
        .addColumn('closed_at', 'integer')
        .addColumn('used_calls', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('used_bytes', 'integer', (c) => c.notNull().defaultTo(0))
        .execute();
      await db.schema.createIndex('sessions_key').on('sessions').columns(['key_id', 'created_at']).execute();
      await db.schema
        .createTable('handles')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('session_id', 'text', (c) => c.notNull().references('sessions.id').onDelete('cascade'))
        .addColumn('file_path', 'text', (c) => c.notNull())
        .addColumn('sha256', 'text', (c) => c.notNull())
        .addColumn('size', 'integer', (c) => c.notNull())
        .addColumn('total_lines', 'integer', (c) => c.notNull())
        .addColumn('created_at', 'integer', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('handles_session').on('handles').column('session_id').execute();
      await db.schema
        .createTable('chunks')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('session_id', 'text', (c) => c.notNull().references('sessions.id').onDelete('cascade'))
        .addColumn('handle_id', 'text', (c) => c.notNull().references('handles.id').onDelete('cascade'))
        .addColumn('start_line', 'integer', (c) => c.notNull())
        .addColumn('end_line', 'integer', (c) => c.notNull())
        .addColumn('symbol', 'text')
        .addColumn('created_at', 'integer', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('chunks_session').on('chunks').column('session_id').execute();
      await db.schema
        .createTable('records')
        .addColumn('seq', 'integer', (c) => c.primaryKey())
        .addColumn('hash', 'blob', (c) => c.notNull())
        .addColumn('leaf', 'blob', (c) => c.notNull())
        .addColumn('at', 'integer', (c) => c.notNull())
        .addColumn('key_id', 'text', (c) => c.notNull())
        .addColumn('session_id', 'text')
        .addColumn('tool', 'text', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('records_session').on('records').columns(['session_id', 'seq']).execute();
      await db.schema
        .createTable('spans')
        .addColumn('seq', 'integer', (c) => c.notNull())
        .addColumn('session_id', 'text', (c) => c.notNull())
        .addColumn('file_path', 'text', (c) => c.notNull())
        .addColumn('start_line', 'integer', (c) => c.notNull())
        .addColumn('end_line', 'integer', (c) => c.notNull())
        .addColumn('sha256', 'text', (c) => c.notNull())
        .addColumn('source_type', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex('spans_session')
        .on('spans')
        .columns(['session_id', 'file_path', 'start_line', 'end_line'])
        .execute();
      // The log only grows: an UPDATE or DELETE, by us or by hand, is an error, not a way to mend it.
      for (const verb of ['UPDATE', 'DELETE']) {
        await sql`${sql.raw(`CREATE TRIGGER records_no_${verb.toLowerCase()} BEFORE ${verb} ON records
          BEGIN SELECT RAISE(ABORT, 'provenance records are append-only'); END`)}`.execute(db);
      }
      // `INSERT OR REPLACE` deletes without asking the triggers for DELETE.
      await sql`CREATE TRIGGER records_no_replace BEFORE INSERT ON records
          WHEN EXISTS (SELECT 1 FROM records WHERE seq >= NEW.seq)
          BEGIN SELECT RAISE(ABORT, 'provenance records are append-only'); END`.execute(db);
    },
  },
  '0002-call-ledger': {
    async up(db) {
      await db.schema
        .createTable('ledger')
        .addColumn('key_id', 'text', (c) => c.notNull())
        .addColumn('instance', 'text', (c) => c.notNull())
        .addColumn('request', 'text', (c) => c.notNull())
        .addColumn('fingerprint', 'text', (c) => c.notNull())
        .addColumn('answer', 'blob')
        .addColumn('at', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('ledger_pk', ['key_id', 'instance', 'request'])
        .execute();
      await db.schema.createIndex('ledger_age').on('ledger').column('at').execute();
    },
  },
};

const provider: MigrationProvider = { getMigrations: async () => ({ ...MIGRATIONS }) };

/**
 * Brings the schema up to date, all that is missing in one transaction.
 * @throws what the failing migration threw; the schema is as it was
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}
