import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import type { Store } from 'countersign'

/**
 * Records in one DynamoDB table whose partition key is the string `key`; let `expiresAt` be its time-to-live attribute.
 *
 * Create the client with `maxAttempts: 1`. A write that the SDK repeats after a lost answer finds its own value there and
 * reports that the swap was lost: the person is then told to start again, although nothing went wrong.
 */
export function dynamoDbStore(client: DynamoDBClient, options: { readonly table: string }): Store {
  const TableName = options.table
  const wait = (call: { readonly signal: AbortSignal } | undefined): { abortSignal?: AbortSignal } =>
    call ? { abortSignal: call.signal } : {}

  const get: Store['get'] = async (key, call) => {
    const read = new GetItemCommand({ TableName, Key: { key: text('key', key) }, ConsistentRead: true })
    const { Item } = await client.send(read, wait(call))
    return Item?.['value']?.S ?? null
  }

  return {
    get,
    async swap(key, previous, next, expiresAt, call) {
      if (previous === null && next === null) return (await get(key, call)) === null
      const condition = previous === null ? ABSENT : current(previous)
      const Key = { key: text('key', key) }
      try {
        if (next === null) await client.send(new DeleteItemCommand({ TableName, Key, ...condition }), wait(call))
        else
          await client.send(
            new PutItemCommand({ TableName, Item: { ...Key, ...content(next, expiresAt) }, ...condition }),
            wait(call),
          )
        return true
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false
        throw error
      }
    },
    async *keys() {
      let from: Record<string, AttributeValue> | undefined
      do {
        const page = new ScanCommand({
          TableName,
          ConsistentRead: true,
          ProjectionExpression: '#key',
          ExpressionAttributeNames: { '#key': 'key' },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        })
        const { Items = [], LastEvaluatedKey } = await client.send(page)
        for (const item of Items) if (item['key']?.S !== undefined) yield item['key'].S
        from = LastEvaluatedKey
      } while (from !== undefined)
    },
  }
}

const ABSENT = { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': 'key' } }

function current(previous: string) {
  return {
    ConditionExpression: '#value = :previous',
    ExpressionAttributeNames: { '#value': 'value' },
    ExpressionAttributeValues: { ':previous': text('previous', previous) },
  }
}

// Time to live counts whole seconds: rounded up, so that nothing goes before its time.
function content(value: string, expiresAt: number | null): Record<string, AttributeValue> {
  return {
    value: text('next', value),
    ...(expiresAt === null ? {} : { expiresAt: { N: String(Math.ceil(expiresAt / 1000)) } }),
  }
}

// UTF-8 has no lone surrogates; two keys that differ in one would become the same.
function text(argument: string, given: string): AttributeValue {
  if (!given.isWellFormed()) throw new TypeError(`${argument} must not contain a lone surrogate`)
  return { S: given }
}
