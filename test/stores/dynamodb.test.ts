import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { DynamoDB, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoDbSchema, dynamoDbStore, type DynamoDbClient } from '../../src/stores/dynamodb.js'
import { startDynamoDb, type DynamoDbServer } from '../contract/dynamodb-server.js'

const invalid = expect.objectContaining({ name: 'TwoFactorError', code: 'ERR_STORE_INVALID' }) as Error
const refused = expect.objectContaining({ name: 'TwoFactorError', code: 'ERR_INPUT_INVALID' }) as Error

/** A client that must not be reached, but for what is given. */
function scripted(methods: Partial<Record<keyof DynamoDbClient, (input: unknown) => unknown>> = {}): DynamoDbClient {
  const reached = (): never => {
    throw new Error('the client was reached')
  }
  const names = ['getItem', 'putItem', 'deleteItem', 'scan', 'describeTable', 'describeTimeToLive'] as const
  return Object.fromEntries(
    names.map((name) => [name, async (input: unknown) => (methods[name] ?? reached)(input)]),
  ) as unknown as DynamoDbClient
}

/** What the client throws when a condition does not hold, after so many requests. */
const conditionFailed = (attempts: number): Error =>
  Object.assign(new Error('The conditional request failed'), {
    name: 'ConditionalCheckFailedException',
    $metadata: { attempts },
  })

describe('dynamoDbStore', () => {
  it.each([['ab'], [''], ['a b'], ['é'], ['a/b'], ['a'.repeat(256)], [null], [1], [{}]])(
    'refuses the table %o',
    (table) => {
      expect(() => dynamoDbStore(scripted(), { table } as object)).toThrow(invalid)
      expect(() => dynamoDbSchema({ table } as object)).toThrow(invalid)
    },
  )

  it.each([[null], [1], ['countersign']])('refuses the options %o', (options) => {
    expect(() => dynamoDbStore(scripted(), options as unknown as object)).toThrow(invalid)
  })

  it('refuses a client that has no method for each operation, or answers by callbacks', () => {
    const commands = new DynamoDBClient({ region: 'local' })
    const older = { ...scripted(), makeRequest: () => undefined }
    for (const client of [undefined, null, 1, 'client', {}, commands, older]) {
      expect(() => dynamoDbStore(client as DynamoDbClient)).toThrow(invalid)
    }
    commands.destroy()
  })

  it('reads strongly, writes on a condition, and tells the time to live in whole seconds', async () => {
    const sent: unknown[] = []
    const keep = (input: unknown): object => (sent.push(input), {})
    const store = dynamoDbStore(scripted({ getItem: keep, putItem: keep, deleteItem: keep }), { table: 'auth.records' })
    await store.get('k')
    await store.swap('k', null, 'a', null)
    await store.swap('k', 'a', 'b', 4_102_444_800_001)
    await store.swap('k', 'b', null, null)
    const TableName = 'auth.records'
    const Key = { key: { S: 'k' } }
    expect(sent).toEqual([
      { TableName, Key, ConsistentRead: true },
      {
        TableName,
        Item: { ...Key, value: { S: 'a' } },
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': 'key' },
      },
      {
        TableName,
        Item: { ...Key, value: { S: 'b' }, expiresAt: { N: '4102444801' } },
        ConditionExpression: '#value = :previous',
        ExpressionAttributeNames: { '#value': 'value' },
        ExpressionAttributeValues: { ':previous': { S: 'a' } },
      },
      {
        TableName,
        Key,
        ConditionExpression: '#value = :previous',
        ExpressionAttributeNames: { '#value': 'value' },
        ExpressionAttributeValues: { ':previous': { S: 'b' } },
      },
    ])
  })

  it.each([['a lone \ud800 surrogate'], ['k'.repeat(2049)], ['é'.repeat(1024) + 'k'], [null], [1]])(
    'refuses the key %o',
    async (key) => {
      await expect(dynamoDbStore(scripted()).get(key as string)).rejects.toThrow(refused)
      await expect(dynamoDbStore(scripted()).swap(key as string, null, 'a', null)).rejects.toThrow(refused)
    },
  )

  it('refuses a value that no item can hold, before it is sent', async () => {
    const store = dynamoDbStore(scripted())
    await expect(store.swap('k', null, 'a'.repeat(400 * 1024), null)).rejects.toThrow(refused)
    await expect(store.swap('k', null, 'é'.repeat(200 * 1024), null)).rejects.toThrow(refused)
  })

  it.each([
    [null],
    [undefined],
    ['a'],
    [{ Item: null }],
    [{ Item: {} }],
    [{ Item: { value: 'a' } }],
    [{ Item: { value: { N: '1' } } }],
  ])('takes the answer %j for a failure, not for an absent record', async (answer) => {
    const store = dynamoDbStore(scripted({ getItem: () => answer }))
    await expect(store.get('k')).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: expect.stringContaining('unexpected answer') as string,
    })
  })

  it('loses a swap whose condition did not hold, and throws on what it cannot tell', async () => {
    const swap = (failure: unknown): Promise<boolean> => {
      const putItem = (): never => {
        throw failure
      }
      return dynamoDbStore(scripted({ putItem })).swap('k', 'a', 'b', null)
    }
    expect(await swap(conditionFailed(1))).toBe(false)
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' })
    await expect(swap(throttled)).rejects.toBe(throttled)
  })

  it('throws on when a write that was sent twice did not hold, unless the value there is its own', async () => {
    const failure = conditionFailed(2)
    const fail = (): never => {
      throw failure
    }
    const store = (value: string): ReturnType<typeof dynamoDbStore> =>
      dynamoDbStore(scripted({ putItem: fail, deleteItem: fail, getItem: () => ({ Item: { value: { S: value } } }) }))
    expect(await store('b').swap('k', 'a', 'b', null)).toBe(true)
    await expect(store('c').swap('k', 'a', 'b', null)).rejects.toBe(failure)
    await expect(store('a').swap('k', 'a', null, null)).rejects.toBe(failure)
  })

  it('finds what endangers records in what the table says of itself', async () => {
    const found = async (table: object, attribute?: string): Promise<Record<string, string>> => {
      const client = scripted({
        describeTable: () => ({ Table: { ...dynamoDbSchema(), ...table } }),
        describeTimeToLive: () => ({ TimeToLiveDescription: { AttributeName: attribute } }),
      })
      const findings = await dynamoDbStore(client).verifySettings()
      return Object.fromEntries(
        findings.map(({ setting, value, severity }) => [setting, `${severity}: ${String(value)}`]),
      )
    }
    expect(await found({}, 'expiresAt')).toEqual({})
    expect(await found({})).toEqual({ TimeToLive: 'advice: disabled' })
    expect(await found({}, 'ttl')).toEqual({ TimeToLive: 'advice: ttl' })
    const KeySchema = [...dynamoDbSchema().KeySchema, { AttributeName: 'at', KeyType: 'RANGE' }]
    expect(await found({ KeySchema }, 'expiresAt')).toEqual({ KeySchema: 'unsafe: key HASH, at RANGE' })
    const Replicas = [{ RegionName: 'eu-west-1' }]
    expect(await found({ Replicas }, 'expiresAt')).toEqual({ MultiRegionConsistency: 'unsafe: EVENTUAL' })
    expect(await found({ Replicas, MultiRegionConsistency: 'STRONG' }, 'expiresAt')).toEqual({})
  })

  it('finds unknown what the role may not ask, and throws on what failed otherwise', async () => {
    const fail = (name: string) => (): never => {
      throw Object.assign(new Error('no'), { name })
    }
    const asking = (name: string): DynamoDbClient =>
      scripted({ describeTable: fail(name), describeTimeToLive: fail(name) })
    const findings = await dynamoDbStore(asking('AccessDeniedException')).verifySettings()
    expect(findings.map(({ severity, value }) => [severity, value])).toEqual(
      Array.from({ length: 3 }, () => ['unknown', null]),
    )
    await expect(dynamoDbStore(asking('ResourceNotFoundException')).verifySettings()).rejects.toThrow('no')
  })
})

describe('dynamoDbStore on a server', () => {
  let server: DynamoDbServer
  let client: DynamoDB
  beforeAll(async () => {
    server = await startDynamoDb()
    client = new DynamoDB(server.config)
    await client.createTable(dynamoDbSchema())
  })
  afterAll(async () => {
    client.destroy()
    await server.stop()
  })

  it('gives up a call whose signal is aborted', async () => {
    const store = dynamoDbStore(client)
    const call = { signal: AbortSignal.abort(), at: 0 }
    await expect(store.get('k', call)).rejects.toThrow('aborted')
    await expect(store.swap('k', null, 'a', null, call)).rejects.toThrow('aborted')
    expect(await store.get('k')).toBeNull()
  })

  it('wins a swap that was made although its answer was lost and the client sent it again', async () => {
    const { url, close, lost } = await losingFirstAnswers(server.config.endpoint)
    const unlucky = new DynamoDB({ ...server.config, endpoint: url, maxAttempts: 3 })
    const store = dynamoDbStore(unlucky)
    expect(await store.swap('lost', null, 'a', null)).toBe(true)
    expect(await store.swap('lost', 'a', 'b', null)).toBe(true)
    expect(await store.get('lost')).toBe('b')
    expect(lost()).toBe(2)
    unlucky.destroy()
    await close()
  })

  it('walks page after page', async () => {
    const store = dynamoDbStore(client)
    const names = Array.from({ length: 8 }, (_, index) => `page ${index}`)
    for (const name of names) await store.swap(name, null, 'x'.repeat(300_000), null)
    const seen: string[] = []
    for await (const key of store.keys()) seen.push(key)
    expect(seen.filter((key) => key.startsWith('page')).sort()).toEqual(names)
  })
})

/** A server before another one that passes every request on, and loses the first answer to each different write. */
async function losingFirstAnswers(
  target: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void>; readonly lost: () => number }> {
  const written = new Set<string>()
  const front: Server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await buffer(incoming)
      const answer = await passOn(target, incoming, body)
      const isWrite = String(incoming.headers['x-amz-target']).endsWith('PutItem')
      if (isWrite && !written.has(body.toString())) {
        written.add(body.toString())
        incoming.socket.destroy()
        return
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })()
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    close: async () => {
      front.closeAllConnections()
      await once(front.close(), 'close')
    },
    lost: () => written.size,
  }
}

async function passOn(
  target: string,
  { method, headers, url }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const outgoing = request(new URL(url ?? '/', target), { method, headers })
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  return answer
}
