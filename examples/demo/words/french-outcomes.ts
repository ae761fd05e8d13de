import type { englishOutcomes, Facts } from './english-outcomes.js'

const again = (wait: string | null): string => (wait === null ? '' : ` Réessayez ${wait}.`)
const left = ({ attempts, wait }: Facts): string => {
  if (attempts === null) return ''
  if (attempts === 0) return `Il ne reste aucun essai.${again(wait)}`
  return attempts === 1 ? 'Il reste un essai.' : `Il reste ${attempts} essais.`
}

export const frenchOutcomes: typeof englishOutcomes = {
  rejected: {
    'wrong-code': (facts) => `Ce code n’est pas le bon. ${left(facts)}`.trim(),
    'malformed-code': () => 'Cela ne ressemble pas à un code. Vérifiez qu’aucun caractère ne manque ou ne dépasse.',
    'wrong-response': () => 'Cette clé d’accès n’a pas répondu comme prévu. Réessayez, ou utilisez un autre moyen.',
    'already-used': (facts) => `Ce code a déjà servi ; attendez le suivant. ${left(facts)}`.trim(),
    expired: ({ attempts }) =>
      (attempts ?? 0) > 0
        ? 'Ce code a expiré. Faites-en envoyer un nouveau.'
        : 'Le délai est passé. Veuillez recommencer.',
    exhausted: () => 'Trop de codes erronés. Veuillez recommencer.',
    revoked: () => 'Votre compte a changé entre-temps. Veuillez recommencer.',
    settled: () => 'C’était déjà terminé. Veuillez recommencer.',
    locked: ({ wait }) =>
      `Trop de codes erronés : aucun n’est vérifié pour l’instant.${again(wait)} Un code de secours fonctionne toujours.`,
    suspended: () =>
      'Beaucoup trop de codes erronés. Utilisez un code de secours ou demandez à la responsable de vous débloquer.',
    'assurance-too-low': () =>
      'Il faut ici un moyen de confirmation plus sûr. Utilisez-en un autre, ou ajoutez-en un sur la page de votre compte.',
    'too-many-factors': () => 'Vous avez déjà autant de moyens de vous connecter que possible. Retirez-en un d’abord.',
    'unknown-challenge': () => 'Cette connexion n’est plus ouverte. Veuillez recommencer.',
    'unknown-enrolment': () => 'Cette configuration n’est plus ouverte. Veuillez recommencer.',
    'unknown-factor': () => 'Ce moyen d’obtenir un code n’existe plus. Choisissez-en un autre.',
    busy: () => 'Trop de choses à la fois. Rien n’a été compté ; veuillez réessayer.',
  },
  refused: {
    'proof-required': () => 'Confirmez d’abord que c’est bien vous.',
    'proof-invalid': () => 'Votre confirmation a expiré. Confirmez de nouveau que c’est bien vous.',
    locked: ({ wait }) => `Trop de codes erronés : c’est fermé pour l’instant.${again(wait)}`,
    suspended: () =>
      'Beaucoup trop de codes erronés. Connectez-vous avec un code de secours ou demandez à la responsable de vous débloquer.',
    'too-many-factors': () => 'Vous avez déjà autant de moyens d’obtenir un code que possible. Retirez-en un d’abord.',
    'factor-exists': () => 'Vous l’avez déjà.',
    'unknown-factor': () => 'Ce moyen d’obtenir un code n’existe plus.',
    'last-factor-required': () =>
      'Le cabinet exige la double authentification, et c’est votre dernier moyen d’obtenir un code.',
    'invalid-phone-number': () => 'Ce numéro ne peut pas recevoir de SMS. Vérifiez le pays et les chiffres.',
    'country-not-allowed': () =>
      'Ce numéro appartient à un pays ou à une île où nous n’envoyons pas de SMS, quel que soit le pays choisi. Vérifiez les chiffres ou utilisez une application.',
    'sms-unavailable': ({ wait }) =>
      `Les SMS ne sont pas disponibles pour l’instant.${again(wait)} Une application fonctionne tout de suite.`,
    'passkeys-unavailable': () =>
      'Les clés d’accès ne sont pas disponibles ici. Une application fonctionne tout de suite.',
    'unknown-enrolment': () => 'Cette configuration n’est plus ouverte. Veuillez recommencer.',
    busy: () => 'Trop de choses à la fois. Rien n’a changé ; veuillez réessayer.',
  },
  notSent: {
    'too-soon': ({ wait }) => `Le dernier SMS vient juste de partir.${again(wait)}`,
    'budget-spent': ({ wait }) =>
      `Trop de SMS ont été envoyés.${again(wait)} Un code reçu reste valable jusqu’à son expiration.`,
    screened: () => 'Nous n’avons pas pu envoyer de SMS à ce numéro. Utilisez un autre moyen.',
    'opted-out': () => 'Ce numéro ne veut plus de nos SMS. Répondez START au dernier ou utilisez un autre moyen.',
    unreachable: () => 'Ce numéro ne peut pas recevoir de SMS.',
    'delivery-failed': ({ wait }) => `Nous n’avons pas pu remettre le SMS ; il arrivera peut-être.${again(wait)}`,
  },
  activity: {
    added: (label) => (label === null ? 'Ajout d’un moyen de se connecter, retiré depuis' : `Ajout : ${label}`),
    replaced: (label) => (label === null ? 'Un moyen de se connecter a été remplacé' : `Remplacement par : ${label}`),
    preferred: (label) => (label === null ? 'Le moyen demandé en premier a changé' : `Demandé en premier : ${label}`),
    removed: 'Un moyen de se connecter a été retiré',
    approved: (label) => (label === null ? 'Confirmation par un code' : `Confirmation : ${label}`),
    locked: 'Codes bloqués après trop d’erreurs',
    suspended: 'Codes suspendus',
    unlocked: 'La responsable a débloqué les codes',
    codesIssued: 'Nouveaux codes de secours',
    codeUsed: 'Un code de secours a servi',
    passIssued: 'La responsable a délivré un laissez-passer',
    passUsed: 'Un laissez-passer a servi',
    trusted: (name) => (name === null ? 'Ordinateur de confiance ajouté' : `Ordinateur de confiance ajouté : ${name}`),
    revoked: 'Un ordinateur n’est plus de confiance',
    revokedAll: 'Plus aucun ordinateur n’est de confiance',
    passwordChanged: 'Le mot de passe a changé',
    disabled: 'La double authentification a été désactivée',
    reset: 'La responsable a réinitialisé la double authentification',
  },
}
