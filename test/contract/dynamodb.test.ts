import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { dynamoDbSchema, dynamoDbStore } from '../../src/stores/dynamodb.js'
import { storeContract } from '../../src/testing/store-contract.js'
import { startDynamoDb, type DynamoDbServer } from './dynamodb-server.js'

describe('dynamodb', () => {
  const clients: DynamoDB[] = []
  let server: DynamoDbServer
  const connect = (): DynamoDB => {
    const client = new DynamoDB(server.config)
    clients.push(client)
    return client
  }

  beforeAll(async () => {
    server = await startDynamoDb()
    await connect().createTable(dynamoDbSchema())
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    await server.stop()
  })

  storeContract({ test, makeStore: () => dynamoDbStore(connect()), refuses: ['lone-surrogate'], workers: 12 })
})
