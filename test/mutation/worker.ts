import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

const vitest = 'node_modules/vitest/vitest.mjs'

/** How often a mutant was passed, and by what: the id of a test, `outside` of tests, or `onImport` of a module. */
export interface Hits {
  count: number
  readonly scopes: string[]
}

export const outside = 'outside'
export const onImport = 'import'

/** One test file to run. */
export interface Job {
  /** Absolute. */
  readonly path: string
  readonly seed: number
  readonly mutant?: string
  /** A loop that passes the mutant more often than this is endless. */
  readonly hitLimit?: number
  /** The ids of the tests to run; all without. */
  readonly tests?: readonly string[]
  /** Whether the sources are imported anew under the mutant, because it changes what they do when imported. */
  readonly fresh?: boolean
}

export interface Answer {
  /** The first test that failed and why, or null. */
  readonly failure: string | null
  readonly milliseconds: number
  /** By test id. */
  readonly durations: Readonly<Record<string, number>>
  /** By mutant. */
  readonly hits: Readonly<Record<string, Hits>>
}

/** A Vitest that stays, with all that it has imported; ended and started again when a mutant keeps it busy for too long. */
export class Worker {
  private vitest: ChildProcess | undefined
  private socket: Socket | undefined
  private settle: (line: string | null) => void = () => undefined
  private starts = 0
  private readonly codePath: string
  private readonly socketPath: string

  constructor(codePath: string, socketPath: string) {
    this.codePath = codePath
    this.socketPath = socketPath
  }

  /** Runs one test file. Null if it did not come to an end in time. */
  async run(job: Job, limitMilliseconds: number): Promise<Answer | null> {
    const socket = (this.socket ??= await this.start())
    const line = await new Promise<string | null>((resolve) => {
      const timer = setTimeout(resolve, limitMilliseconds, null)
      this.settle = (answer) => {
        clearTimeout(timer)
        resolve(answer)
      }
      socket.write(`${JSON.stringify(job)}\n`)
    })
    if (line === null) this.end()
    return line === null ? null : (JSON.parse(line) as Answer)
  }

  end(): void {
    this.vitest?.kill('SIGKILL')
    this.socket?.destroy()
    this.socket = undefined
  }

  private async start(): Promise<Socket> {
    const path = `${this.socketPath}-${++this.starts}`
    const server = createServer().listen(path)
    this.vitest = spawn(process.execPath, [vitest, 'run', '--config', 'test/mutation/vitest.config.ts'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // Whoever survives has passed the model's sequences one by one: a fifth of them will do, always the same.
      env: { ...process.env, RUNS: '60', SEED: undefined, MUTATION_CODE: this.codePath, MUTATION_SOCKET: path },
    })
    const died = once(this.vitest, 'exit').then((): never => {
      throw new Error('vitest did not start')
    })
    const [socket] = (await Promise.race([once(server, 'connection'), died])) as [Socket]
    died.catch(() => undefined)
    server.close()
    createInterface(socket)
      .on('line', (line) => {
        this.settle(line)
      })
      .on('close', () => {
        if (this.socket === socket) this.settle(null)
      })
    return socket
  }
}
