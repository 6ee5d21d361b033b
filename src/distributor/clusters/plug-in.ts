/** Cluster types that modules of users bring. */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, SkepError } from '../../core/errors.ts';
import { resolveSkepToThisCopy } from '../../core/own-files.ts';
import type { ClusterContext, ClusterDistributor } from './cluster.ts';

/** What a module exports that the setting `distributor.cluster_types` names. */
export interface ClusterPlugIn {
  /** Makes what runs the jobs of one cluster of this type, for one run. Nothing has to be reached before `start`. */
  createCluster(context: ClusterContext): ClusterDistributor | Promise<ClusterDistributor>;
}

/**
 * Type → path of its module.
 * @throws SkepError `config_invalid` naming the part that is no TYPE=PATH, or whose path depends on where one stands.
 */
export function plugInPaths(setting: string): Map<string, string> {
  const parts = setting
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return new Map(
    parts.map((part) => {
      const [, type, path] = /^([^=\s]+)=(.+)$/.exec(part) ?? [];
      if (type !== undefined && path !== undefined && isAbsolute(path)) return [type, path];
      const sentence = `distributor.cluster_types has "${part}"; it must be TYPE=PATH with an absolute path.`;
      throw new SkepError('config_invalid', sentence);
    }),
  );
}

/** @throws SkepError `config_invalid` naming the module that cannot be loaded or exports no `createCluster`. */
export async function loadPlugIn(path: string): Promise<ClusterPlugIn> {
  resolveSkepToThisCopy();
  const module = await importModule(path);
  if (typeof module.createCluster === 'function') return module as ClusterPlugIn;
  throw new SkepError('config_invalid', `The cluster plug-in ${path} exports no function createCluster.`);
}

async function importModule(path: string): Promise<Partial<ClusterPlugIn>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const sentence = `The cluster plug-in ${path} cannot be loaded: ${messageOf(cause)}`;
    throw new SkepError('config_invalid', sentence, { cause });
  }
}
