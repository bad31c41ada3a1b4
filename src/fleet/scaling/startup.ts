/** The named parts of a replica's cold start, seconds. Node parts fall away where a warm node is there, the pull where it has the image. */
export interface StartupParts {
  /** Until the node is up and has joined. */
  readonly provisionS: number;
  /** Image pull on a node that does not have it. */
  readonly pullS: number;
  /** Reading the weights. */
  readonly loadS: number;
  /** Engine start: profiling, graph capture. */
  readonly initS: number;
}
