import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { logoutAddress } from './api/login.ts';
import { identityQuery } from './api/queries.ts';
import { plainText } from './parts/format.ts';
import styles from './shell.module.css';

/** Who looks at this, for those who have a name of their own here, and the way out for who has logged in. */
export function Identity() {
  const { data } = useQuery(identityQuery);
  if (data === undefined || !['session', 'user token'].includes(data.source)) return null;
  const user = plainText(data.user);
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <Text size="sm" className={styles.user} title={`${user}, role ${data.role}`}>
        {user}
        {data.role !== 'user' && <span className="quiet"> ({data.role})</span>}
      </Text>
      {data.source === 'session' && (
        <Button component="a" href={logoutAddress()} variant="default" size="compact-sm" flex="none">
          Log out
        </Button>
      )}
    </Group>
  );
}

/** Whether who looks at this may change anything at all; true until that is known. */
export function useMayChange(): boolean {
  return useQuery(identityQuery).data?.role !== 'reader';
}
