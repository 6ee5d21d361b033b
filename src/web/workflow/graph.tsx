import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import {
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import { useMemo } from 'react';
import { graphQuery, type Progress, type TemplateRow } from '../api/queries.ts';
import { count, plainText } from '../parts/format.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import styles from './graph.module.css';
import { layoutOf, NODE_HEIGHT, NODE_WIDTH, type Point, smoothPath } from './graph-layout.ts';

const route = getRouteApi('/workflow/$workflowId');
type TemplateNode = Node<{ readonly template: TemplateRow }, 'template'>;
type WayEdge = Edge<{ readonly way: readonly Point[] }, 'way'>;
const NODE_TYPES = { template: TemplateCard };
const EDGE_TYPES = { way: Way };

/** Which templates wait for which, from afar; one leads to its tasks. */
export default function Graph({ progress }: { readonly progress: Progress }) {
  const graph = useQuery(graphQuery(progress.workflow.workflow_id));
  if (graph.isPending) return <Loading rows={1} height={480} />;
  if (graph.data === undefined) return <Failure error={graph.error as Error} retry={graph.refetch} />;
  if (progress.templates.length === 0) return <Empty title="This workflow has no task" />;
  return <Drawn templates={progress.templates} all={graph.data.edges} />;
}

interface DrawnProps {
  readonly templates: readonly TemplateRow[];
  readonly all: readonly { readonly from: number; readonly to: number; readonly edges: number }[];
}

function Drawn({ templates, all }: DrawnProps) {
  const colorMode = useComputedColorScheme('light');
  const ids = templates.map(({ array_id: id }) => id).join();
  // A template whose tasks wait for each other would only have a loop on itself.
  const edges = useMemo(() => all.filter(({ from, to }) => from !== to), [all]);
  const { corners, ways } = useMemo(() => layoutOf(ids.split(',').map(Number), edges), [ids, edges]);
  const nodes = templates.map((template, at): TemplateNode => {
    const { x = 0, y = 0 } = corners[at] ?? {};
    return {
      ...{ id: String(template.array_id), type: 'template', position: { x, y }, data: { template } },
      ...{ width: NODE_WIDTH, height: NODE_HEIGHT, focusable: false },
    };
  });
  const lines = edges.map(
    ({ from, to, edges: number }, at): WayEdge => ({
      ...{ id: `${from}-${to}`, type: 'way', source: String(from), target: String(to), focusable: false },
      ...{ ariaLabel: `${count(number)} edges`, data: { way: ways[at] ?? [] } },
    }),
  );
  return (
    <div className={styles.graph}>
      <ReactFlow
        nodes={nodes}
        edges={lines}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={colorMode}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        minZoom={0.1}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        preventScrolling={false}
        zoomOnScroll={false}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function TemplateCard({ data: { template } }: NodeProps<TemplateNode>) {
  const { array_id: array, counts, tasks } = template;
  const name = plainText(template.name);
  return (
    <div className={styles.card} data-state={stateOf(template)}>
      <Handle type="target" position={Position.Top} isConnectable={false} className={styles.handle} />
      <div className={styles.line}>
        <route.Link to="." search={{ tab: 'tasks', array }} className={`plain clip nopan ${styles.name}`} title={name}>
          {name}
        </route.Link>
        <span className="quiet">{count(tasks)}</span>
      </div>
      <ProgressBar counts={counts} tasks={tasks} name={name} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={styles.handle} />
    </div>
  );
}

function Way({ id, data }: EdgeProps<WayEdge>) {
  return <BaseEdge id={id} path={smoothPath(data?.way ?? [])} />;
}

function stateOf({ counts, tasks }: TemplateRow): string {
  if (counts.FATAL > 0) return 'failed';
  if (counts.DONE === tasks) return 'done';
  return counts.RUNNING + counts.SCHEDULED > 0 ? 'running' : 'waiting';
}
