import { post, type Answer, type Post } from './post-form.js'

/** Posts JSON once, as `postForm` does a form. */
export function postJson({ json, headers, ...rest }: Post & { readonly json: object }): Promise<Answer> {
  return post({ ...rest, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(json) })
}
