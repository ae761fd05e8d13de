export interface CodeTextValues {
  readonly code: string
  readonly issuer: string
  /** "min." reads the same for one and for many. */
  readonly minutes: number
}

/** The built-in messages in one language. All but the values is GSM-7, at most 89 septets. */
export interface Texts {
  readonly signIn: (values: CodeTextValues) => string
  readonly stepUp: (values: CodeTextValues) => string
  readonly stepUpFor: (binding: string, values: CodeTextValues) => string
  readonly enrolment: (values: CodeTextValues) => string
  readonly numberReplaced: (issuer: string) => string
  readonly numberRemoved: (issuer: string) => string
}

const en: Texts = {
  signIn: ({ code, issuer, minutes }) =>
    `${code} is your ${issuer} sign-in code. It expires in ${minutes} min. Never share it with anyone.`,
  stepUp: ({ code, issuer, minutes }) =>
    `${code} is your ${issuer} code to confirm your request. It expires in ${minutes} min. Never share it.`,
  stepUpFor: (binding, { code, issuer, minutes }) =>
    `${code} confirms "${binding}" at ${issuer}. It expires in ${minutes} min. Never share it.`,
  enrolment: ({ code, issuer, minutes }) =>
    `${code} is your code to add this phone to ${issuer}. It expires in ${minutes} min. Never share it.`,
  numberReplaced: (issuer) =>
    `${issuer}: your sign-in codes now go to another phone, no longer to this one. If this was not you, contact us at once.`,
  numberRemoved: (issuer) =>
    `${issuer}: this phone was removed and gets no more sign-in codes. If this was not you, contact us at once.`,
}

/** Spanish has no GSM-7 letter for á, í, ó and ú: the words are chosen to need none. */
const es: Texts = {
  signIn: ({ code, issuer, minutes }) =>
    `${code} es tu clave para entrar en ${issuer}. Vence en ${minutes} min. No la compartas con nadie.`,
  stepUp: ({ code, issuer, minutes }) =>
    `${code} es tu clave para confirmar tu solicitud en ${issuer}. Vence en ${minutes} min. No la compartas.`,
  stepUpFor: (binding, { code, issuer, minutes }) =>
    `${code} confirma "${binding}" en ${issuer}. Vence en ${minutes} min. No compartas esta clave.`,
  enrolment: ({ code, issuer, minutes }) =>
    `${code} es tu clave para vincular este teléfono a ${issuer}. Vence en ${minutes} min. No la compartas.`,
  numberReplaced: (issuer) =>
    `${issuer}: tus claves para entrar ya no llegan a este teléfono, sino a otro. Si no lo has pedido, contacta con nosotros enseguida.`,
  numberRemoved: (issuer) =>
    `${issuer}: este teléfono ya no recibe tus claves para entrar. Si no lo has pedido, contacta con nosotros enseguida.`,
}

/** French words with ç or a circumflex are avoided: GSM-7 has neither. */
const fr: Texts = {
  signIn: ({ code, issuer, minutes }) =>
    `${code} est votre code de connexion ${issuer}. Il expire dans ${minutes} min. Ne le communiquez à personne.`,
  stepUp: ({ code, issuer, minutes }) =>
    `${code} est votre code de confirmation ${issuer}. Il expire dans ${minutes} min. Ne le partagez jamais.`,
  stepUpFor: (binding, { code, issuer, minutes }) =>
    `${code} confirme "${binding}" sur ${issuer}. Ce code expire dans ${minutes} min. Ne le partagez jamais.`,
  enrolment: ({ code, issuer, minutes }) =>
    `${code} est le code pour associer ce numéro à ${issuer}. Expire dans ${minutes} min. Ne le partagez jamais.`,
  numberReplaced: (issuer) =>
    `${issuer} : vos codes de connexion sont désormais envoyés à un autre numéro. Si ce n'était pas vous, contactez-nous sans attendre.`,
  numberRemoved: (issuer) =>
    `${issuer} : ce numéro a été retiré, aucun code de connexion n'y sera plus envoyé. Si ce n'était pas vous, contactez-nous vite.`,
}

const de: Texts = {
  signIn: ({ code, issuer, minutes }) =>
    `${code} ist Ihr Anmeldecode für ${issuer}. Er gilt ${minutes} Min. Geben Sie ihn niemals weiter.`,
  stepUp: ({ code, issuer, minutes }) =>
    `${code} ist Ihr Bestätigungscode für ${issuer}. Er gilt ${minutes} Min. Geben Sie ihn niemals weiter.`,
  stepUpFor: (binding, { code, issuer, minutes }) =>
    `${code} bestätigt "${binding}" bei ${issuer}. Der Code gilt ${minutes} Min. Geben Sie ihn nie weiter.`,
  enrolment: ({ code, issuer, minutes }) =>
    `${code} bestätigt diese Nummer für ${issuer}. Der Code gilt ${minutes} Min. Geben Sie ihn nie weiter.`,
  numberReplaced: (issuer) =>
    `${issuer}: Ihre Anmeldecodes gehen ab jetzt an eine andere Nummer. Waren Sie das nicht? Dann melden Sie sich sofort bei uns.`,
  numberRemoved: (issuer) =>
    `${issuer}: Diese Nummer wurde entfernt und erhält keine Anmeldecodes mehr. Waren Sie das nicht? Dann melden Sie sich sofort bei uns.`,
}

/** "codigo" goes without its accent, as texts in Portuguese usually do: GSM-7 has no ó. */
const pt: Texts = {
  signIn: ({ code, issuer, minutes }) =>
    `${code} é o seu codigo para entrar em ${issuer}. Expira em ${minutes} min. Nunca o revele a ninguém.`,
  stepUp: ({ code, issuer, minutes }) =>
    `${code} é o seu codigo para confirmar o pedido em ${issuer}. Expira em ${minutes} min. Nunca o revele.`,
  stepUpFor: (binding, { code, issuer, minutes }) =>
    `${code} confirma "${binding}" em ${issuer}. Expira em ${minutes} min. Nunca revele este codigo.`,
  enrolment: ({ code, issuer, minutes }) =>
    `${code} é o codigo para associar este telefone a ${issuer}. Expira em ${minutes} min. Nunca o revele.`,
  numberReplaced: (issuer) =>
    `${issuer}: os codigos para entrar passam a ser enviados a outro telefone. Se desconhece este pedido, avise-nos imediatamente.`,
  numberRemoved: (issuer) =>
    `${issuer}: este telefone foi removido e deixa de receber codigos para entrar. Se desconhece este pedido, avise-nos imediatamente.`,
}

const byLanguage = new Map(Object.entries({ en, es, fr, de, pt }))

/** The language subtags there are texts for. */
export const languages: readonly string[] = [...byLanguage.keys()]

/** The texts for a BCP 47 locale: `fr` for `fr-CA`, English for a language there is none for. */
export function textsFor(locale: string | null): Texts {
  const language = locale?.toLowerCase().split(/[-_]/, 1)[0] ?? 'en'
  return byLanguage.get(language) ?? en
}
