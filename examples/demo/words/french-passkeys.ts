import type { englishPasskeys } from './english-passkeys.js'

/** The sentences about passkeys and access passes, in French. */
export const frenchPasskeys: typeof englishPasskeys = {
  passkey: {
    option: 'Clé d’accès ou clé de sécurité',
    optionHint:
      'Touchez une clé ou déverrouillez cet appareil. Rien à saisir, rien qu’une fausse page puisse demander.',
    orWithoutCode: 'Ou sans code :',
    enrolTitle: 'Configurer une clé d’accès',
    enrolText:
      'Votre navigateur demandera où la garder : sur cet appareil, dans un gestionnaire de mots de passe ou sur une clé de sécurité.',
    name: 'Nom',
    nameHint: 'Par exemple « Clé bleue », pour la distinguer d’une autre. Vous pouvez le laisser vide.',
    create: 'Créer la clé d’accès',
    signInTitle: 'Utilisez votre clé d’accès',
    signInText: 'Touchez votre clé de sécurité ou déverrouillez l’appareil qui garde votre clé d’accès.',
    use: 'Utiliser la clé d’accès',
    useInstead: 'Utiliser plutôt votre clé d’accès',
    unsupported:
      'Ce navigateur ne gère pas les clés d’accès, ou ses scripts sont désactivés. Choisissez un autre moyen.',
    nothing: 'Rien n’a abouti : c’était annulé ou trop long. Réessayez ou choisissez un autre moyen.',
    exists: 'Cette clé est déjà configurée. Prenez-en une autre.',
    elsewhere: (origin) => `Les clés d’accès ne fonctionnent qu’à l’adresse ${origin}. Ouvrez-y le portail.`,
    synced: 'synchronisée entre appareils',
    oneDevice: 'gardée dans un seul appareil',
    lastUsed: (date) => `Dernier usage : ${date}`,
  },
}
