import { isMainThread, workerData } from 'node:worker_threads';
import { isSqliteThread, runSqliteThread } from '../../gateway/store/sqlite-thread.ts';

/** The SQLite thread alone: the executable's main module would load everything else into it as well. */
if (!isMainThread && isSqliteThread(workerData)) runSqliteThread();
