/** Tracing, where it is configured. Nothing else of it is loaded where it is not. */
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import type { LineLog } from '../../core/log.ts';
import type { Random } from '../../core/random.ts';
import type { Tracer } from './tracer.ts';

export interface TracingOptions {
  readonly component: 'client' | 'server' | 'distributor' | 'worker';
  readonly telemetry: Config['telemetry'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: LineLog;
  /** Default: the system's. */
  readonly random?: Random | undefined;
}

/**
 * The tracer of a component; undefined where no receiver is configured.
 * @throws SkepError `config_invalid` for an address that is none.
 */
export async function openTracer(options: TracingOptions): Promise<Tracer | undefined> {
  const { component, telemetry, environment, clock, log } = options;
  const address = endpointOf(telemetry, environment);
  if (address === undefined) return undefined;
  const [{ OtlpExporter }, { Tracer }, { httpTransport }, { resourceOf }, { systemRandom }] = await Promise.all([
    import('./exporter.ts'),
    import('./tracer.ts'),
    import('../transport.ts'),
    import('./resource.ts'),
    import('../../core/random.ts'),
  ]);
  const { origin, pathname, search } = address;
  const path = `${pathname.replace(/\/$/, '')}/v1/traces${search}`;
  const resource = resourceOf(component, environment);
  const exporter = new OtlpExporter({
    transport: httpTransport(origin, { longestAnswer: LONGEST_ANSWER }),
    path,
    resource,
    clock,
    log,
  });
  return new Tracer(exporter, clock, options.random ?? systemRandom);
}

/** Bytes of an answer, which says nothing that we need. */
const LONGEST_ANSWER = 65_536;

function endpointOf(
  { otlp_endpoint }: Config['telemetry'],
  { OTEL_EXPORTER_OTLP_ENDPOINT: standard = '', OTEL_SDK_DISABLED: disabled }: TracingOptions['environment'],
): URL | undefined {
  if (disabled?.toLowerCase() === 'true') return undefined;
  const text = otlp_endpoint || standard;
  if (text === '') return undefined;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text);
  // Not what it is: an address may hold a password.
  const name = otlp_endpoint === '' ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'telemetry.otlp_endpoint';
  throw new SkepError('config_invalid', `${name} is no http address.`);
}
