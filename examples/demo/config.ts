import { fileURLToPath } from 'node:url'

/** What the environment says, read once at start. */
export interface Config {
  readonly port: number
  readonly secureCookies: boolean
  readonly trustProxy: boolean
  readonly placeHeader: string | null
  readonly publicOrigin: string | null
  readonly dataFolder: string
  readonly databaseUrl: string | null
  readonly key: string | undefined
}

export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const { PORT, SECURE_COOKIES, TRUST_PROXY, PLACE_HEADER, PUBLIC_ORIGIN } = environment
  const { DEMO_DATA, DATABASE_URL, REDIS_URL, COUNTERSIGN_KEY } = environment
  const publicOrigin = PUBLIC_ORIGIN === undefined || PUBLIC_ORIGIN === '' ? null : new URL(PUBLIC_ORIGIN).origin
  return {
    port: readPort(PORT),
    secureCookies: isOn(SECURE_COOKIES) || (publicOrigin?.startsWith('https:') ?? false),
    trustProxy: isOn(TRUST_PROXY),
    placeHeader: PLACE_HEADER === undefined || PLACE_HEADER === '' ? null : PLACE_HEADER,
    publicOrigin,
    dataFolder: DEMO_DATA ?? fileURLToPath(new URL('data', import.meta.url)),
    databaseUrl: [DATABASE_URL, REDIS_URL].find((url) => url !== undefined && url !== '') ?? null,
    key: COUNTERSIGN_KEY,
  }
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? 3000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('PORT must be a port number')
  return port
}

function isOn(text: string | undefined): boolean {
  return text === '1' || text === 'true'
}
