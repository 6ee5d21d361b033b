import { writeFileSync } from 'node:fs';
import { collectResources, type ResourceStrategy, resourceYaml } from '../../client/queries/resource-yaml.ts';
import { messageOf, SkepError } from '../../core/errors.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, plural } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from './write.ts';

export interface ResourceYamlOptions extends CommonOptions {
  readonly workflowId?: number;
  readonly taskId?: number;
  readonly memStrategy: ResourceStrategy;
  readonly coreStrategy: ResourceStrategy;
  readonly runtimeStrategy: ResourceStrategy;
  readonly cluster?: string[];
  readonly file?: string;
  readonly stdout?: boolean;
  readonly json?: boolean;
}

/** Writes a resource file of what templates used, to a file or to stdout. */
export async function showResourceYaml(options: ResourceYamlOptions, context: CommandContext): Promise<void> {
  const { workflowId, taskId, cluster: clusters, file } = options;
  if (workflowId === undefined && taskId === undefined) {
    throw new SkepError('invalid_usage', 'Say whose resources are wanted: --workflow-id or --task-id.');
  }
  const { memStrategy: memoryStrategy, coreStrategy, runtimeStrategy } = options;
  const resources = await withServer(options, context, (requester) =>
    collectResources(requester, { workflowId, taskId, memoryStrategy, coreStrategy, runtimeStrategy, clusters }),
  );
  const text = resourceYaml(resources);
  if (file !== undefined) writeYaml(file, text);
  if (options.json) writeJson({ task_template_resources: resources }, context);
  else if (file === undefined || options.stdout) context.output.write(harmless(text));
  else context.output.write(`${plural(Object.keys(resources).length, 'template')} written to ${harmless(file)}.\n`);
}

function writeYaml(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new SkepError('invalid_usage', `Cannot write ${path}: ${messageOf(cause)}.`, { cause });
  }
}
