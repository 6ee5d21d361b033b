import { userInfo } from 'node:os';

/** The user as peers name him: the first of these variables, else the owner of this process. Source: client, introduction. */
export function userName(environment: Readonly<Record<string, string | undefined>>): string {
  const { LOGNAME, USER, LNAME, USERNAME } = environment;
  return LOGNAME || USER || LNAME || USERNAME || userInfo().username;
}
