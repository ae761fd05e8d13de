import { createServer, type RequestListener, type Server } from 'node:http'
import { join } from 'node:path'
import { type Config, readConfig } from './config.js'
import { demoKey, openDataFolder } from './data-folder.js'
import { createDemo } from './demo.js'
import { openState } from './state.js'
import { openStore } from './store.js'

const LOOPBACK = '127.0.0.1'
const PORTS_TRIED = 20

const config = readConfig(process.env)
const folder = await openDataFolder(config.dataFolder)
if (folder === null) console.log('Another demo is using the data folder: this one keeps everything in memory.')

const { store, phoneStore, engine, close } = await openStore(config.databaseUrl, folder).catch(
  async (error: unknown) => {
    console.error('The records cannot be reached.', error instanceof Error ? error.message : '')
    await folder?.release()
    process.exit(1)
  },
)
const state = await openState(folder === null ? null : join(folder.path, 'portal.json'))
// The demo has to know its port to be made, and a browser may call as soon as there is one: who is early waits.
let open!: (app: RequestListener) => void
const opened = new Promise<RequestListener>((resolve) => (open = resolve))
const server = createServer((request, response) => {
  void opened.then((app) => {
    app(request, response)
  })
})
const port = await listen(server, config)
const { app } = await createDemo({
  ...config,
  store,
  phoneStore,
  key: await demoKey(config.dataFolder, config.key),
  state,
  clock: { now: () => Date.now() },
  port,
})
open(app)
console.log(`Countersign demo: http://localhost:${port}`)
console.log(`Records are kept in ${engine}.`)
// What of the engine's settings could lose a record is told before anybody enrols.
for (const { severity, setting, value, advice } of (await store.verifySettings?.()) ?? [])
  console.warn(`${severity}: ${setting} is ${value ?? 'not told'}. ${advice}`)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())

/** Lets the requests under way finish, then closes the engine, so that nothing is half written. */
async function stop(): Promise<void> {
  // One Ctrl-C may arrive twice: from the terminal, and passed on by npm.
  if (stopping) return
  stopping = true
  console.log('Stopping.')
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  await state.save()
  await close()
  await folder?.release()
  process.exit(0)
}

/** Listens on the wanted port or, when that is taken, says so and takes the next that is free. */
async function listen(target: Server, { port: wanted }: Config): Promise<number> {
  for (let candidate = wanted; candidate < wanted + PORTS_TRIED; candidate++) {
    if (await tryPort(target, candidate)) {
      const address = target.address()
      return typeof address === 'object' && address !== null ? address.port : candidate
    }
    console.log(`Port ${candidate} is taken.`)
  }
  throw new Error('no free port found: set PORT to another')
}

function tryPort(target: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    target.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    target.once('listening', () => {
      target.removeAllListeners('error')
      resolve(true)
    })
    target.listen(port, LOOPBACK)
  })
}
