import { isMainThread, workerData } from 'node:worker_threads';
import { isIndexThread, runIndexThread } from '../../gateway/repo/index/index-thread.ts';

/** The index thread alone: the executable's main module would load everything else into it as well. */
if (!isMainThread && isIndexThread(workerData)) await runIndexThread();
