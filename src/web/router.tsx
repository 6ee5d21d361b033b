/** The views and their addresses; what is filtered and sorted stands in the address too. */
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { Empty } from './parts/states.tsx';
import { Shell } from './shell.tsx';
import { TaskPage } from './task/page.tsx';
import { WorkflowPage } from './workflow/page.tsx';
import { readWorkflowSearch } from './workflow/search.ts';
import { WorkflowsPage } from './workflows/page.tsx';
import { readListSearch } from './workflows/search.ts';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Empty title="There is no such page" hint={<a href="/">All workflows</a>} />,
});

const list = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readListSearch,
  component: WorkflowsPage,
});

const workflow = createRoute({
  getParentRoute: () => root,
  path: '/workflow/$workflowId',
  validateSearch: readWorkflowSearch,
  component: WorkflowPage,
});

const task = createRoute({ getParentRoute: () => root, path: '/task/$taskId', component: TaskPage });

export const router = createRouter({
  routeTree: root.addChildren([list, workflow, task]),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
