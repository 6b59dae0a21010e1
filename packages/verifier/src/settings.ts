/** How one comparison is to be made, with every default filled in. */
export interface Settings {
  readonly fuel: number;
}
