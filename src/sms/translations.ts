/** What a message with a code is made of. */
export interface CodeValues {
  /** For a call, the digits with commas between them. */
  readonly code: string
  readonly issuer: string
  readonly minutes: number
}

/** What is said with a code, by purpose. */
export interface CodeWording {
  readonly signIn: (values: CodeValues) => string
  readonly stepUp: (values: CodeValues) => string
  readonly stepUpFor: (summary: string, values: CodeValues) => string
  readonly enrolment: (values: CodeValues) => string
}

/** The built-in messages in one language. */
export interface Translation {
  /** GSM-7 apart from the values; without them at most 89 septets. "min." reads the same for one and for many. */
  readonly sms: CodeWording
  /** To be read aloud, so the code is said twice. */
  readonly voice: CodeWording
  /** GSM-7 apart from the issuer; without it at most 109 septets. */
  readonly numberReplaced: (issuer: string) => string
  readonly numberRemoved: (issuer: string) => string
}

const count = (quantity: number, one: string, many: string): string => `${quantity} ${quantity === 1 ? one : many}`

function english({ code, minutes }: CodeValues): string {
  const expiry = count(minutes, 'minute', 'minutes')
  return `${code}. Once more: ${code}. It expires in ${expiry}. Never share it with anyone. Goodbye.`
}

const en: Translation = {
  sms: {
    signIn: ({ code, issuer, minutes }) =>
      `${code} is your ${issuer} sign-in code. It expires in ${minutes} min. Never share it with anyone.`,
    stepUp: ({ code, issuer, minutes }) =>
      `${code} is your ${issuer} code to confirm your request. It expires in ${minutes} min. Never share it.`,
    stepUpFor: (summary, { code, issuer, minutes }) =>
      `${code} confirms "${summary}" at ${issuer}. It expires in ${minutes} min. Never share it.`,
    enrolment: ({ code, issuer, minutes }) =>
      `${code} is your code to add this phone to ${issuer}. It expires in ${minutes} min. Never share it.`,
  },
  voice: {
    signIn: (values) => `Hello. Your ${values.issuer} sign-in code is: ${english(values)}`,
    stepUp: (values) => `Hello. Your ${values.issuer} code to confirm your request is: ${english(values)}`,
    stepUpFor: (summary, values) =>
      `Hello. ${values.issuer} asks you to confirm: "${summary}". If that is right, your code is: ${english(values)}`,
    enrolment: (values) => `Hello. Your code to add this phone to ${values.issuer} is: ${english(values)}`,
  },
  numberReplaced: (issuer) =>
    `${issuer}: your sign-in codes now go to another phone, no longer to this one. If this was not you, contact us at once.`,
  numberRemoved: (issuer) =>
    `${issuer}: this phone was removed and gets no more sign-in codes. If this was not you, contact us at once.`,
}

function spanish({ code, minutes }: CodeValues): string {
  const expiry = count(minutes, 'minuto', 'minutos')
  return `${code}. Repito: ${code}. Vence en ${expiry}. No lo compartas con nadie. Adiós.`
}

/** Spanish has no GSM-7 letter for á, í, ó and ú: the words of its texts are chosen to need none. */
const es: Translation = {
  sms: {
    signIn: ({ code, issuer, minutes }) =>
      `${code} es tu clave para entrar en ${issuer}. Vence en ${minutes} min. No la compartas con nadie.`,
    stepUp: ({ code, issuer, minutes }) =>
      `${code} es tu clave para confirmar tu solicitud en ${issuer}. Vence en ${minutes} min. No la compartas.`,
    stepUpFor: (summary, { code, issuer, minutes }) =>
      `${code} confirma "${summary}" en ${issuer}. Vence en ${minutes} min. No compartas esta clave.`,
    enrolment: ({ code, issuer, minutes }) =>
      `${code} es tu clave para vincular este teléfono a ${issuer}. Vence en ${minutes} min. No la compartas.`,
  },
  voice: {
    signIn: (values) => `Hola. Tu código para entrar en ${values.issuer} es: ${spanish(values)}`,
    stepUp: (values) => `Hola. Tu código para confirmar tu solicitud en ${values.issuer} es: ${spanish(values)}`,
    stepUpFor: (summary, values) =>
      `Hola. ${values.issuer} te pide confirmar: "${summary}". Si es correcto, tu código es: ${spanish(values)}`,
    enrolment: (values) => `Hola. Tu código para vincular este teléfono a ${values.issuer} es: ${spanish(values)}`,
  },
  numberReplaced: (issuer) =>
    `${issuer}: tus claves para entrar llegan ahora a otro teléfono. Si no lo has pedido, contacta con nosotros ya.`,
  numberRemoved: (issuer) =>
    `${issuer}: este teléfono ya no recibe tus claves para entrar. Si no lo has pedido, contacta con nosotros ya.`,
}

function french({ code, minutes }: CodeValues): string {
  const expiry = count(minutes, 'minute', 'minutes')
  return `${code}. Je répète : ${code}. Il expire dans ${expiry}. Ne le communiquez à personne. Au revoir.`
}

/** French words with ç or a circumflex are avoided in texts: GSM-7 has neither. */
const fr: Translation = {
  sms: {
    signIn: ({ code, issuer, minutes }) =>
      `${code} est votre code de connexion ${issuer}. Il expire dans ${minutes} min. Ne le communiquez à personne.`,
    stepUp: ({ code, issuer, minutes }) =>
      `${code} est votre code de confirmation ${issuer}. Il expire dans ${minutes} min. Ne le partagez jamais.`,
    stepUpFor: (summary, { code, issuer, minutes }) =>
      `${code} confirme "${summary}" sur ${issuer}. Expire dans ${minutes} min. Ne le partagez jamais.`,
    enrolment: ({ code, issuer, minutes }) =>
      `${code} est le code pour associer ce numéro à ${issuer}. Expire dans ${minutes} min. Ne le partagez jamais.`,
  },
  voice: {
    signIn: (values) => `Bonjour. Votre code de connexion ${values.issuer} est : ${french(values)}`,
    stepUp: (values) => `Bonjour. Votre code de confirmation ${values.issuer} est : ${french(values)}`,
    stepUpFor: (summary, values) =>
      `Bonjour. ${values.issuer} vous demande de confirmer : "${summary}". Si c'est exact, votre code est : ${french(values)}`,
    enrolment: (values) => `Bonjour. Votre code pour associer ce numéro à ${values.issuer} est : ${french(values)}`,
  },
  numberReplaced: (issuer) =>
    `${issuer} : vos codes de connexion vont désormais à un autre numéro. Si ce n'est pas vous, contactez-nous vite.`,
  numberRemoved: (issuer) =>
    `${issuer} : ce numéro a été retiré, plus aucun code n'y sera envoyé. Si ce n'est pas vous, contactez-nous vite.`,
}

function german({ code, minutes }: CodeValues): string {
  const expiry = count(minutes, 'Minute', 'Minuten')
  return `${code}. Noch einmal: ${code}. Er gilt ${expiry}. Geben Sie ihn niemals weiter. Auf Wiederhören.`
}

const de: Translation = {
  sms: {
    signIn: ({ code, issuer, minutes }) =>
      `${code} ist Ihr Anmeldecode für ${issuer}. Er gilt ${minutes} Min. Geben Sie ihn niemals weiter.`,
    stepUp: ({ code, issuer, minutes }) =>
      `${code} ist Ihr Bestätigungscode für ${issuer}. Er gilt ${minutes} Min. Geben Sie ihn niemals weiter.`,
    stepUpFor: (summary, { code, issuer, minutes }) =>
      `${code} bestätigt "${summary}" bei ${issuer}. Code gilt ${minutes} Min. Niemals weitergeben.`,
    enrolment: ({ code, issuer, minutes }) =>
      `${code} bestätigt diese Nummer für ${issuer}. Der Code gilt ${minutes} Min. Geben Sie ihn nie weiter.`,
  },
  voice: {
    signIn: (values) => `Guten Tag. Ihr Anmeldecode für ${values.issuer} lautet: ${german(values)}`,
    stepUp: (values) => `Guten Tag. Ihr Bestätigungscode für ${values.issuer} lautet: ${german(values)}`,
    stepUpFor: (summary, values) =>
      `Guten Tag. ${values.issuer} bittet Sie um Bestätigung: "${summary}". Wenn das stimmt, lautet Ihr Code: ${german(values)}`,
    enrolment: (values) =>
      `Guten Tag. Ihr Code, um diese Nummer für ${values.issuer} zu bestätigen, lautet: ${german(values)}`,
  },
  numberReplaced: (issuer) =>
    `${issuer}: Ihre Anmeldecodes gehen ab jetzt an eine andere Nummer. Waren Sie das nicht? Melden Sie sich sofort.`,
  numberRemoved: (issuer) =>
    `${issuer}: Diese Nummer wurde entfernt und erhält keine Codes mehr. Waren Sie das nicht? Melden Sie sich sofort.`,
}

function portuguese({ code, minutes }: CodeValues): string {
  const expiry = count(minutes, 'minuto', 'minutos')
  return `${code}. Repito: ${code}. Expira em ${expiry}. Nunca o revele a ninguém. Adeus.`
}

/** "codigo" goes without its accent, as texts in Portuguese usually do: GSM-7 has no ó. */
const pt: Translation = {
  sms: {
    signIn: ({ code, issuer, minutes }) =>
      `${code} é o seu codigo para entrar em ${issuer}. Expira em ${minutes} min. Nunca o revele a ninguém.`,
    stepUp: ({ code, issuer, minutes }) =>
      `${code} é o seu codigo para confirmar o pedido em ${issuer}. Expira em ${minutes} min. Nunca o revele.`,
    stepUpFor: (summary, { code, issuer, minutes }) =>
      `${code} confirma "${summary}" em ${issuer}. Expira em ${minutes} min. Nunca revele este codigo.`,
    enrolment: ({ code, issuer, minutes }) =>
      `${code} é o codigo para associar este telefone a ${issuer}. Expira em ${minutes} min. Nunca o revele.`,
  },
  voice: {
    signIn: (values) => `Olá. O seu código para entrar em ${values.issuer} é: ${portuguese(values)}`,
    stepUp: (values) => `Olá. O seu código para confirmar o pedido em ${values.issuer} é: ${portuguese(values)}`,
    stepUpFor: (summary, values) =>
      `Olá. ${values.issuer} pede-lhe que confirme: "${summary}". Se está certo, o seu código é: ${portuguese(values)}`,
    enrolment: (values) => `Olá. O seu código para associar este telefone a ${values.issuer} é: ${portuguese(values)}`,
  },
  numberReplaced: (issuer) =>
    `${issuer}: os codigos para entrar passam a ir para outro telefone. Se desconhece o pedido, avise-nos de imediato.`,
  numberRemoved: (issuer) =>
    `${issuer}: este telefone foi removido e deixa de receber codigos. Se desconhece o pedido, avise-nos de imediato.`,
}

const byLanguage = new Map(Object.entries({ en, es, fr, de, pt }))

/** The language subtags that there are messages for. */
export const languages: readonly string[] = [...byLanguage.keys()]

/** The language that a BCP 47 locale is answered in: `fr` for `fr-CA`, English where there is no translation. */
export function languageOf(locale: string | null): string {
  const language = subtagOf(locale)
  return byLanguage.has(language) ? language : 'en'
}

/** The messages for a BCP 47 locale. */
export function translationFor(locale: string | null): Translation {
  return byLanguage.get(subtagOf(locale)) ?? en
}

function subtagOf(locale: string | null): string {
  return locale === null ? 'en' : locale.toLowerCase().replace(/[-_].*/s, '')
}
