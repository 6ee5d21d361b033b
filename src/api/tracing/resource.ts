import { hostname } from 'node:os';
import { SKEP_VERSION } from '../../core/version.ts';
import type { TracingOptions } from './open.ts';
import type { Attributes } from './otlp.ts';

/** What makes the spans, by the names of OpenTelemetry's conventions. */
export function resourceOf(
  component: TracingOptions['component'],
  environment: TracingOptions['environment'],
): Attributes {
  return {
    'service.name': environment.OTEL_SERVICE_NAME || `skep-${component}`,
    'service.version': SKEP_VERSION,
    'host.name': hostname(),
    'process.pid': process.pid,
    'skep.component': component,
  };
}
