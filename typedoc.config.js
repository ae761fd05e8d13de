import { readFileSync } from 'node:fs'

const doors = JSON.parse(readFileSync(new URL('src/doors.json', import.meta.url), 'utf8'))

/** @type {Partial<import('typedoc').TypeDocOptions>} */
const config = {
  name: 'Countersign',
  readme: 'README.md',
  entryPoints: Object.values(doors).map((file) => `src/${file}`),
  out: 'docs/api',
  includeVersion: true,
  excludeInternal: true,
  disableSources: true,
  intentionallyNotExported: ['EventBody', 'EventFrame', 'countryCodes', 'smsDeliveryFailures'],
  skipErrorChecking: true,
  validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true },
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
}

export default config
