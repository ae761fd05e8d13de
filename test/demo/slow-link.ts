import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy that holds every answer back until it is told to let it through, so that a test decides what overtakes what. */
export interface SlowLink {
  readonly origin: string
  /** Settles when so many answers of the portal are held back. */
  held(count: number): Promise<void>
  /** Lets what is held back through, and all that follows. */
  release(): void
  /** Holds answers back again. */
  hold(): void
  close(): Promise<void>
}

export async function slowLink(target: string): Promise<SlowLink> {
  let holding = false
  let waiting: (() => void)[] = []
  let watchers: { readonly count: number; readonly resolve: () => void }[] = []
  const tellWatchers = (): void => {
    for (const watcher of watchers.filter(({ count }) => count <= waiting.length)) watcher.resolve()
    watchers = watchers.filter(({ count }) => count > waiting.length)
  }
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, host: new URL(target).host }
    const onward = request(target + (incoming.url ?? '/'), { method: incoming.method, headers }, (answer) => {
      const pass = (): void => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      }
      if (!holding) pass()
      else {
        waiting.push(pass)
        tellWatchers()
      }
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: (count) =>
      new Promise((resolve) => {
        watchers.push({ count, resolve })
        tellWatchers()
      }),
    release() {
      holding = false
      for (const pass of waiting.splice(0)) pass()
      waiting = []
    },
    hold() {
      holding = true
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
