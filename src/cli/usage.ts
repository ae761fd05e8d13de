/** The commands, in the order of the overview. */
export const COMMANDS = ['keygen', 'reseal', 'inspect', 'settings', 'schema'] as const

export type CommandName = (typeof COMMANDS)[number]

export function isCommandName(name: string): name is CommandName {
  return (COMMANDS as readonly string[]).includes(name)
}

const STORES = `  --store URL       where the records are; COUNTERSIGN_STORE is read otherwise, and keeps a password out of sight
                      postgres://…  mysql://…  mariadb://…  redis://…  rediss://…  sqlite:FILE  pglite:FOLDER
  --table NAME      the table, when it is not "countersign" (SQL)
  --prefix TEXT     what keys begin with, when it is not "countersign:" (Redis)`

const KEYS = `  --keys FILE       the key ring as JSON, [{ "id": "k2", "secret": "…" }, …], the key that writes first;
                    COUNTERSIGN_KEYS, holding the same JSON, is read otherwise`

/** What `countersign help` prints. */
export const OVERVIEW = `countersign COMMAND [OPTIONS]

  keygen    makes a key
  reseal    seals every record under the first key, so that an old one can be retired
  inspect   shows what is known of a user, without secrets; or how many records each key seals
  settings  tells which settings of the store's engine endanger records
  schema    prints the statements that create a store's table
  help      prints this, or how a command is used: countersign help COMMAND

  --version prints the version

Exit codes: 0 done, 1 failed, 2 wrong options or keys, 3 some records cannot be opened,
4 a setting is unsafe, 130 aborted.
`

/** What `countersign COMMAND --help` prints. */
export const USAGE: Readonly<Record<CommandName, string>> = {
  keygen: `countersign keygen [--id ID] [--env]

Prints a fresh key of 32 random bytes as JSON.

  --id ID   what the key is called: 1 to 32 letters, digits, "_" or "-"; "k" and the date unless given
  --env     prints it as a line for an environment file: COUNTERSIGN_KEYS='[…]'
`,
  reseal: `countersign reseal --store URL [--keys FILE] [OPTIONS]

Seals every record of a namespace under the first key of the ring. Safe beside live traffic; may be run again at any time.

${STORES}
${KEYS}
  --namespace NAME  "default" unless given
  --progress        shows how far it has come, on standard error
`,
  inspect: `countersign inspect --store URL [--keys FILE] --user ID [OPTIONS]
countersign inspect --store URL --summary [OPTIONS]

Shows what a user's record says, without secrets, codes, tokens and full phone numbers. With --summary, counts the records
by namespace and by the key that seals them, which needs no keys.

${STORES}
${KEYS}
  --user ID         whose record
  --summary         counts instead
  --namespace NAME  "default" unless given; with --summary, every namespace unless given
  --json            prints JSON
`,
  settings: `countersign settings --store URL [OPTIONS]

Tells which settings of the engine, its table and this connection endanger records: what verifySettings() of the store finds.

${STORES}
  --json            prints JSON
`,
  schema: `countersign schema postgres|mysql|sqlite [--table NAME]

Prints the statements that create a store's table, for a migration of your own. PGlite is postgres; Redis has no schema.

  --table NAME  "countersign" unless given: name or schema.name
`,
}
