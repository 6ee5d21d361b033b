import { ActionIcon, Container, Group, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import icon from './icon.svg';
import { Identity } from './identity.tsx';
import styles from './shell.module.css';
import { SignIn, useIsLockedOut } from './sign-in.tsx';

/** What is around every view. */
export function Shell() {
  const isLockedOut = useIsLockedOut();
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <header className={styles.header}>
        <Container size="xl">
          <Group justify="space-between" wrap="nowrap" h={52}>
            <Link to="/" className={styles.name}>
              <img src={icon} alt="" width={22} height={22} />
              Skep
            </Link>
            <Group gap="xs" wrap="nowrap" miw={0}>
              {!isLockedOut && <Identity />}
              <ColorSchemeSwitch />
            </Group>
          </Group>
        </Container>
      </header>
      <Container size="xl" component="main" id="content" py="lg">
        {isLockedOut ? <SignIn /> : <Outlet />}
      </Container>
    </>
  );
}

function ColorSchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <span aria-hidden>{other === 'dark' ? '☾' : '☀'}</span>
    </ActionIcon>
  );
}
