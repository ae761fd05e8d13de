/** The authenticator apps that the set-up page suggests, and where phones get them. */
export const AUTHENTICATOR_APPS = [
  {
    name: 'Google Authenticator',
    appStore: 'https://apps.apple.com/app/id388497605',
    googlePlay: 'https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2',
  },
  {
    name: 'Microsoft Authenticator',
    appStore: 'https://apps.apple.com/app/id983156458',
    googlePlay: 'https://play.google.com/store/apps/details?id=com.azure.authenticator',
  },
  {
    name: 'Authy',
    appStore: 'https://apps.apple.com/app/id494168017',
    googlePlay: 'https://play.google.com/store/apps/details?id=com.authy.authy',
  },
] as const
