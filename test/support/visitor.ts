/** Somebody with a browser, as far as logins go: cookies, redirects, and the forms of the provider. */

export class Visitor {
  /** By origin, then by name. (Browsers know no ports; these tests tell them apart.) */
  readonly cookies = new Map<string, Map<string, string>>();

  /** One request, with the cookies of its origin; those that come back are kept. */
  async ask(address: string | URL, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(address);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const cookie = Array.from(jar, (pair) => pair.join('=')).join('; ');
    const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }), ...(init.headers as object) };
    const answer = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const text of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      const isOver = /max-age=0|expires=Thu, 01 Jan 1970/i.test(text);
      if (isOver) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  /** Goes where it is sent, logs in under a name where it is asked to, and stops before an address of the path. */
  async follow(start: string | URL, name: string, path: string): Promise<URL> {
    let address = new URL(start);
    let answer = await this.ask(address);
    for (let step = 0; step < 20; step++) {
      const location = answer.headers.get('location');
      if (location !== null) {
        address = new URL(location, address);
        if (address.pathname === path) return address;
        answer = await this.ask(address);
        continue;
      }
      const text = await answer.text();
      const [, action] = /<form[^>]* action="([^"]+)"/.exec(text) ?? [];
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(text) ?? [];
      if (action === undefined || prompt === undefined) throw new Error(`${address}: ${answer.status} ${text}`);
      address = new URL(action, address);
      const body = new URLSearchParams({ prompt, login: name, password: 'any' });
      answer = await this.ask(address, { method: 'POST', body });
    }
    throw new Error(`No way from ${start} to ${path}`);
  }
}
