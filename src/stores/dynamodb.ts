import { TwoFactorError } from '../errors.js'
import type { Store, StoreCallOptions } from '../interfaces/store.js'
import { checkKey, checkSwap, type EngineLimits } from './call-arguments.js'
import { dynamoDbRules, readTable } from './dynamodb-settings.js'
import { hasMethod } from './has-method.js'
import { judge, type SettingFinding } from './settings.js'

export type { SettingFinding } from './settings.js'

/** A value as DynamoDB spells it: text or a number. */
export interface DynamoDbValue {
  readonly S?: string | undefined
  readonly N?: string | undefined
}

/** One item of a table. */
export type DynamoDbItem = Readonly<Record<string, DynamoDbValue>>

/** What a request is sent with. */
export interface DynamoDbRequestOptions {
  readonly abortSignal?: AbortSignal
}

/** The `DynamoDB` of `@aws-sdk/client-dynamodb` 3, which has a method for each operation. */
export interface DynamoDbClient {
  getItem(input: DynamoDbGet, options?: DynamoDbRequestOptions): Promise<{ readonly Item?: DynamoDbItem | undefined }>
  putItem(input: DynamoDbPut, options?: DynamoDbRequestOptions): Promise<unknown>
  deleteItem(input: DynamoDbDelete, options?: DynamoDbRequestOptions): Promise<unknown>
  scan(input: DynamoDbScan, options?: DynamoDbRequestOptions): Promise<DynamoDbPage>
  describeTable(input: { TableName: string }): Promise<{ readonly Table?: DynamoDbTable | undefined }>
  describeTimeToLive(input: { TableName: string }): Promise<{
    readonly TimeToLiveDescription?: { readonly AttributeName?: string | undefined } | undefined
  }>
}

/** A strongly consistent read of one item. */
export interface DynamoDbGet {
  TableName: string
  Key: Record<string, { S: string }>
  ConsistentRead: true
}

/** When a write is made, and nothing is otherwise. */
export interface DynamoDbCondition {
  ConditionExpression: string
  ExpressionAttributeNames: Record<string, string>
  ExpressionAttributeValues?: Record<string, { S: string }>
}

/** A conditional write of one item. */
export interface DynamoDbPut extends DynamoDbCondition {
  TableName: string
  Item: Record<string, { S: string } | { N: string }>
}

/** A conditional removal of one item. */
export interface DynamoDbDelete extends DynamoDbCondition {
  TableName: string
  Key: Record<string, { S: string }>
}

/** A strongly consistent page of keys. */
export interface DynamoDbScan {
  TableName: string
  ConsistentRead: true
  ProjectionExpression: string
  ExpressionAttributeNames: Record<string, string>
  ExclusiveStartKey?: Record<string, { S: string }>
}

/** What a scan gives. */
export interface DynamoDbPage {
  readonly Items?: readonly DynamoDbItem[] | undefined
  readonly LastEvaluatedKey?: DynamoDbItem | undefined
}

/** What a table says of itself, as far as the settings are read. */
export interface DynamoDbTable {
  readonly TableStatus?: string | undefined
  readonly KeySchema?: readonly { readonly AttributeName: string | undefined; readonly KeyType?: unknown }[] | undefined
  readonly Replicas?: readonly unknown[] | undefined
  readonly MultiRegionConsistency?: string | undefined
}

/** What `createTable` takes for the table of a `dynamoDbStore`. */
export interface DynamoDbTableSchema {
  TableName: string
  BillingMode: 'PAY_PER_REQUEST'
  AttributeDefinitions: { AttributeName: 'key'; AttributeType: 'S' }[]
  KeySchema: { AttributeName: 'key'; KeyType: 'HASH' }[]
}

/** Which table. */
export interface DynamoDbStoreOptions {
  /** `countersign` unless said otherwise: 3 to 255 letters, digits and _ . - */
  readonly table?: string | undefined
}

/** A store over DynamoDB. */
export interface DynamoDbStore extends Store {
  /** What `createTable` takes to create the table. */
  readonly schema: DynamoDbTableSchema
  /**
   * Reads the settings of the table that endanger records. Empty when there is nothing to say; what the role may not ask is
   * found to be unknown.
   */
  verifySettings(): Promise<readonly SettingFinding[]>
}

// An item may have 400 KB, with its names, its key and its expiry.
const LIMITS: EngineLimits = { holdsNul: true, holdsMark: true, keyBytes: 2048, valueBytes: 400 * 1024 - 2048 - 64 }

/** What `createTable` takes for the table of a `dynamoDbStore`, for infrastructure of your own. */
export function dynamoDbSchema(options: DynamoDbStoreOptions = {}): DynamoDbTableSchema {
  return {
    TableName: resolveTable(options),
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
  }
}

/**
 * Records in one table of DynamoDB whose partition key is the string `key`, and nothing else is. Reads are strongly
 * consistent, writes conditional, one request each. Let `expiresAt` be the attribute of the table's time to live.
 * @throws TwoFactorError `ERR_STORE_INVALID`. Its calls reject with `ERR_INPUT_INVALID` for a lone surrogate, a key beyond
 *   2048 bytes, or a value beyond what an item may hold; with `ERR_STORE_FAILED` when the client answers in
 *   another shape; and with the client's own error otherwise.
 */
export function dynamoDbStore(client: DynamoDbClient, options: DynamoDbStoreOptions = {}): DynamoDbStore {
  requireDynamoDb(client)
  const TableName = resolveTable(options)
  const get = async (key: string, call?: StoreCallOptions): Promise<string | null> => {
    checkKey(key, LIMITS)
    const read: DynamoDbGet = { TableName, Key: { key: { S: key } }, ConsistentRead: true }
    const answer: unknown = await client.getItem(read, abortable(call))
    if (typeof answer !== 'object' || answer === null) throw unexpected('getItem must resolve to an object')
    const item: unknown = Reflect.get(answer, 'Item')
    return item === undefined ? null : textOf(item, 'value')
  }
  const write = (
    key: string,
    condition: DynamoDbCondition,
    next: string | null,
    expiresAt: number | null,
    call?: StoreCallOptions,
  ): Promise<unknown> => {
    const Key = { key: { S: key } }
    return next === null
      ? client.deleteItem({ TableName, Key, ...condition }, abortable(call))
      : client.putItem({ TableName, Item: { ...Key, ...content(next, expiresAt) }, ...condition }, abortable(call))
  }
  return Object.freeze({
    schema: dynamoDbSchema(options),
    get,
    async swap(key, previous, next, expiresAt, call) {
      checkKey(key, LIMITS)
      checkSwap(previous, next, expiresAt, LIMITS)
      if (previous === null && next === null) return (await get(key, call)) === null
      try {
        await write(key, previous === null ? ABSENT : current(previous), next, expiresAt, call)
        return true
      } catch (error) {
        if (!isRefused(error)) throw error
        if (!wasRepeated(error)) return false
        // What the first request wrote refused the second. Values never repeat, so this one is its own or somebody else's.
        if (next !== null && (await get(key, call)) === next) return true
        throw error
      }
    },
    async *keys() {
      let from: Record<string, { S: string }> | undefined
      do {
        const page = await client.scan({
          TableName,
          ...KEYS_ONLY,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        })
        for (const item of page.Items ?? []) yield textOf(item, 'key')
        from = page.LastEvaluatedKey && { key: { S: textOf(page.LastEvaluatedKey, 'key') } }
      } while (from !== undefined)
    },
    verifySettings: async () => judge(dynamoDbRules, await readTable(client, TableName)),
  } satisfies DynamoDbStore)
}

// The client of version 2 has the same methods and answers none of them by a promise.
function requireDynamoDb(client: DynamoDbClient): void {
  const methods = ['getItem', 'putItem', 'deleteItem', 'scan', 'describeTable', 'describeTimeToLive']
  if (methods.every((name) => hasMethod(client, name)) && !hasMethod(client, 'makeRequest')) return
  throw new TwoFactorError('ERR_STORE_INVALID', 'client must be a DynamoDB of @aws-sdk/client-dynamodb 3')
}

function resolveTable(options: DynamoDbStoreOptions): string {
  const given: unknown = options
  if (typeof given !== 'object' || given === null)
    throw new TwoFactorError('ERR_STORE_INVALID', 'options must be an object')
  const { table = 'countersign' }: { readonly table?: unknown } = given
  if (typeof table === 'string' && /^[\w.-]{3,255}$/.test(table)) return table
  throw new TwoFactorError('ERR_STORE_INVALID', 'option table must be 3 to 255 letters, digits and _ . -')
}

function abortable(call: StoreCallOptions | undefined): DynamoDbRequestOptions {
  return call === undefined ? {} : { abortSignal: call.signal }
}

const ABSENT: DynamoDbCondition = {
  ConditionExpression: 'attribute_not_exists(#key)',
  ExpressionAttributeNames: { '#key': 'key' },
}

const KEYS_ONLY = {
  ConsistentRead: true,
  ProjectionExpression: '#key',
  ExpressionAttributeNames: { '#key': 'key' },
} as const

function current(previous: string): DynamoDbCondition {
  return {
    ConditionExpression: '#value = :previous',
    ExpressionAttributeNames: { '#value': 'value' },
    ExpressionAttributeValues: { ':previous': { S: previous } },
  }
}

// Time to live counts whole seconds: rounded up, so that nothing goes before its time.
function content(value: string, expiresAt: number | null): Record<string, { S: string } | { N: string }> {
  return {
    value: { S: value },
    ...(expiresAt === null ? {} : { expiresAt: { N: String(Math.ceil(expiresAt / 1000)) } }),
  }
}

function textOf(item: unknown, name: string): string {
  const value: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, name) : undefined
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'S') : undefined
  if (typeof text === 'string') return text
  throw unexpected(`an item must have the text ${name}, as { S: … }`)
}

function unexpected(expected: string): TwoFactorError {
  return new TwoFactorError('ERR_STORE_FAILED', `unexpected answer of the client: ${expected}`)
}

function isRefused(error: unknown): error is object {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'name') === 'ConditionalCheckFailedException'
}

// The client sends a request again when its answer was lost, and tells how often it did.
function wasRepeated(error: object): boolean {
  const metadata: unknown = Reflect.get(error, '$metadata')
  return typeof metadata === 'object' && metadata !== null && Number(Reflect.get(metadata, 'attempts')) > 1
}
