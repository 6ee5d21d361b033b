/** What stands where nothing can be shown: not yet, not at all, or not now. */
import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core';
import { plainText } from './format.ts';

/** As tall as what will come, so that nothing jumps. */
export function Loading({ rows = 6, height = 36 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <Skeleton key={row} height={height} radius="sm" />
      ))}
    </Stack>
  );
}

export function Empty({ title, hint }: { readonly title: string; readonly hint?: React.ReactNode }) {
  return (
    <Stack align="center" gap={4} py="xl">
      <Text fw={500}>{title}</Text>
      {hint !== undefined && <div className="quiet">{hint}</div>}
    </Stack>
  );
}

export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => unknown }) {
  const sentence = error instanceof TypeError ? 'The server does not answer. It is asked again.' : error.message;
  return (
    <Alert variant="outline" color="red" title="This cannot be shown now" role="alert">
      <Text size="sm">{plainText(sentence)}</Text>
      {retry !== undefined && (
        <Button mt="sm" size="xs" variant="default" onClick={() => retry()}>
          Ask again
        </Button>
      )}
    </Alert>
  );
}
