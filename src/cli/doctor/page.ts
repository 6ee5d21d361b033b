import { pageFiles } from '../../server/page/files.ts';
import { type Finding, ok, warning } from './finding.ts';

export function checkPage(): Finding {
  if (pageFiles()('index.html') !== undefined) return ok('web page', 'it is built');
  return warning(
    'web page',
    'it is not built, so servers have none',
    'Run npm run build, or install the package anew.',
  );
}
