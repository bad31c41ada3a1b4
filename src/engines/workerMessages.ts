/** What passes between a worker and its client. `id` numbers the calls; values stream until `done` or `failed`. */
export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly task: string; readonly payload: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly stack: string };
