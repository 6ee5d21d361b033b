import { MASK, withoutSecrets } from '../../core/secrets.ts';

/**
 * A value as it may be shown: secrets are masked, and so are passwords and tokens in addresses (`//name:password@`,
 * `/t/<token>`).
 */
export function shownValue<Value>({ isSecret }: { isSecret: boolean }, value: Value): Value | string {
  if (typeof value !== 'string') return isSecret && value !== undefined ? MASK : value;
  if (isSecret) return value === '' ? '' : MASK;
  return withoutSecrets(value);
}
