import type { DynamoDbClient } from './dynamodb.js'
import type { SettingRule } from './settings.js'

/** What `dynamoDbRules` judge; without what the role may not ask. */
export async function readTable(client: DynamoDbClient, TableName: string): Promise<ReadonlyMap<string, string>> {
  const [described, expiry] = await Promise.all([
    unlessDenied(client.describeTable({ TableName })),
    unlessDenied(client.describeTimeToLive({ TableName })),
  ])
  const values = new Map<string, string>()
  if (described !== null) {
    const { KeySchema = [], Replicas = [], MultiRegionConsistency = 'EVENTUAL' } = described.Table ?? {}
    values.set('KeySchema', KeySchema.map((part) => `${String(part.AttributeName)} ${String(part.KeyType)}`).join(', '))
    values.set('MultiRegionConsistency', Replicas.length === 0 ? 'one region' : MultiRegionConsistency)
  }
  if (expiry !== null) values.set('TimeToLive', expiry.TimeToLiveDescription?.AttributeName ?? 'disabled')
  return values
}

async function unlessDenied<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked
  } catch (error) {
    const name: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'name') : undefined
    if (name === 'AccessDeniedException' || name === 'UnknownOperationException') return null
    throw error
  }
}

/** What endangers records in DynamoDB. */
export const dynamoDbRules: readonly SettingRule[] = [
  {
    setting: 'KeySchema',
    severity: 'unsafe',
    isSafe: (value) => value === 'key HASH',
    advice: 'The partition key must be the string key, and there must be no sort key: create the table from schema.',
  },
  {
    setting: 'MultiRegionConsistency',
    severity: 'unsafe',
    isSafe: (value) => value === 'one region' || value === 'STRONG',
    advice:
      'Two regions answer and take swaps each on its own, so a code works once in each: let one region serve all.',
  },
  {
    setting: 'TimeToLive',
    severity: 'advice',
    isSafe: (value) => value === 'expiresAt',
    advice: 'Expired values stay and are paid for: let expiresAt be the attribute of the time to live.',
  },
]
