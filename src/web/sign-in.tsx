import { Button, Code, Divider, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useCallback, useState, useSyncExternalStore } from 'react';
import { Refusal } from './api/call.ts';
import { loginAddress } from './api/login.ts';
import { forgetToken, keepToken, knownToken } from './api/token.ts';

/** Whether the server wants another token than the one we have. */
export function useIsLockedOut(): boolean {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  const isRefused = () =>
    cache.getAll().some(({ state: { error } }) => error instanceof Refusal && error.status === 401);
  return useSyncExternalStore(subscribe, isRefused);
}

/** How to get in, for who opened the page without a token. */
export function SignIn() {
  const queries = useQueryClient();
  const [hadToken] = useState(() => knownToken() !== null);
  const login = loginAddress();
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keepToken(token);
    queries.clear();
  };
  return (
    <Paper withBorder maw={460} mx="auto" mt="xl" p="xl">
      <form onSubmit={submit}>
        <Stack>
          <Title order={1} size="h3">
            {titleFor(hadToken, login !== undefined)}
          </Title>
          {login === undefined ? (
            <Text size="sm">
              Run <Code>skep gui</Code> where the server runs: it opens this page with the token. Or copy the text of
              the file <Code>token</Code> in its data directory here.
            </Text>
          ) : (
            <>
              <Button component="a" href={login} onClick={forgetToken}>
                Log in
              </Button>
              <Divider label="or with a token" />
            </>
          )}
          <PasswordInput
            label="Token"
            autoComplete="off"
            value={token}
            onChange={({ currentTarget }) => setToken(currentTarget.value)}
          />
          <Button type="submit" variant={login === undefined ? 'filled' : 'default'} disabled={token.trim() === ''}>
            Open
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}

function titleFor(hadToken: boolean, mayLogIn: boolean): string {
  if (hadToken) return 'The token is not that of this server';
  return mayLogIn ? 'Log in to see this page' : 'This page needs the token of its server';
}
