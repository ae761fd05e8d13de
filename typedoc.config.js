import { readdirSync, readFileSync } from 'node:fs'

const pages = readdirSync(new URL('docs', import.meta.url)).filter((name) => name.endsWith('.md'))
const doors = JSON.parse(readFileSync(new URL('src/doors.json', import.meta.url), 'utf8'))

/** @type {Partial<import('typedoc').TypeDocOptions>} */
const config = {
  name: 'Countersign',
  readme: 'README.md',
  entryPoints: Object.values(doors).map((file) => `src/${file}`),
  projectDocuments: pages.map((name) => `docs/${name}`),
  out: 'docs/api',
  includeVersion: true,
  excludeInternal: true,
  disableSources: true,
  intentionallyNotExported: ['EventBody', 'EventFrame', 'countryCodes', 'smsDeliveryFailures'],
  skipErrorChecking: true,
  // Every export and every operation; members of a shape speak by their names where they can.
  intentionallyNotDocumented: [
    // The clients of others: their own documentation has them.
    ...['PostgresClient.query', 'PreparingPostgresClient.query'].map((name) => `stores/postgres.${name}`),
    'stores/mysql.MysqlClient.execute',
    ...['SqliteStatement.all', 'SqliteStatement.run', 'SqliteDatabase.prepare'].map((name) => `stores/sqlite.${name}`),
    ...['getItem', 'putItem', 'deleteItem', 'scan', 'describeTable', 'describeTimeToLive'].map(
      (name) => `stores/dynamodb.DynamoDbClient.${name}`,
    ),
    ...['get', 'eval', 'evalsha', 'scan'].map((name) => `stores/redis.IoRedisClient.${name}`),
    ...['get', 'eval', 'evalSha', 'scan'].map((name) => `stores/redis.NodeRedisClient.${name}`),
  ],
  requiredToBeDocumented: ['Class', 'Function', 'Interface', 'Method', 'TypeAlias', 'Variable'],
  validation: { notExported: true, notDocumented: true, invalidLink: true, invalidPath: true, rewrittenLink: true },
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
}

export default config
