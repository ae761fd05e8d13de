import { once } from 'node:events'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

export interface DynamoDbServer {
  /** How a client reaches it. */
  readonly config: DynamoDBClientConfig & { readonly endpoint: string }
  readonly stop: () => Promise<void>
}

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { readonly createTableMs: number }) => Server

/** A server that speaks DynamoDB's protocol, in memory, on a free port of this machine. */
export async function startDynamoDb(): Promise<DynamoDbServer> {
  const server = dynalite({ createTableMs: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    config: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
