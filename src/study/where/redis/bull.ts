import type * as Bull from 'bullmq';
import { RedisTrouble } from './trouble.js';

export type BullMq = typeof Bull;

/** What `package.json` names as an optional peer. */
const PACKAGE = 'bullmq@6.7.0';

/** BullMQ, which is there only where someone installed it. */
export async function loadBull(
  load: () => Promise<BullMq> = () => import('bullmq'),
): Promise<BullMq> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new RedisTrouble(
      `runs on other machines need BullMQ, which is not installed: npm install ${PACKAGE}`,
    );
  }
}
