/** Kysely over one connection of `pg`; whoever opens it decides who may use it when. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawNode,
} from 'kysely';
import { writtenNode } from '../fragments.ts';
import { postgresFragments } from './fragments.ts';

export function postgresDialect(connection: DatabaseConnection): Dialect {
  const execute = async (statement: string) => {
    await connection.executeQuery(CompiledQuery.raw(statement));
  };
  return {
    createDriver: () => ({
      init: async () => {},
      acquireConnection: async () => connection,
      beginTransaction: () => execute('begin'),
      commitTransaction: () => execute('commit'),
      rollbackTransaction: () => execute('rollback'),
      releaseConnection: async () => {},
      destroy: async () => {},
    }),
    createQueryCompiler: () => new PostgresCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

/** Puts PostgreSQL's words in where a statement leaves them open. */
class PostgresCompiler extends PostgresQueryCompiler {
  protected override visitRaw(node: RawNode): void {
    const written = writtenNode(node, postgresFragments);
    if (written === undefined) super.visitRaw(node);
    else this.visitNode(written);
  }
}
