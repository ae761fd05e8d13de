import { once } from 'node:events'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { dynamoDbStore } from '../../examples/dynamodb/dynamodb-store.js'
import { storeContract } from '../../src/testing/store-contract.js'

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { readonly createTableMs: number }) => Server

describe('the example store for DynamoDB', () => {
  const server = dynalite({ createTableMs: 0 })
  const clients: DynamoDBClient[] = []
  const connect = (): DynamoDBClient => {
    const { port } = server.address() as AddressInfo
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    })
    clients.push(client)
    return client
  }

  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await connect().send(
      new CreateTableCommand({
        TableName: 'countersign',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      }),
    )
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    const closed = once(server, 'close')
    server.close()
    await closed
  })

  storeContract({
    test,
    makeStore: () => dynamoDbStore(connect(), { table: 'countersign' }),
    refuses: ['lone-surrogate'],
    workers: 12,
  })

  it('writes the expiry in whole seconds, never early', async () => {
    const client = connect()
    await dynamoDbStore(client, { table: 'countersign' }).swap('ttl', null, 'a', 4_102_444_800_001)
    const { Item } = await client.send(new GetItemCommand({ TableName: 'countersign', Key: { key: { S: 'ttl' } } }))
    expect(Item).toEqual({ key: { S: 'ttl' }, value: { S: 'a' }, expiresAt: { N: '4102444801' } })
  })

  it('gives up a call whose signal is aborted', async () => {
    const store = dynamoDbStore(connect(), { table: 'countersign' })
    await expect(store.get('k', { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })
})
